package dev.parley.message;

import java.util.List;
import java.util.OptionalLong;

import jakarta.inject.Singleton;
import jakarta.transaction.Transactional;

import org.jspecify.annotations.Nullable;

import dev.parley.attachment.Attachment;
import dev.parley.attachment.MessageRooms;
import dev.parley.problem.Code;
import dev.parley.problem.Refusal;
import dev.parley.room.RoomAccess;
import dev.parley.room.RoomAccess.Membership;
import dev.parley.room.Rosters;
import dev.parley.room.Viewer;
import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * Reads what was said: pages by number or by key, and what changed since a version, each answer in one snapshot. No OFFSET
 * and no COUNT.
 */
@Singleton
public class History implements MessageRooms {

    /** Messages of an answer, where nobody asks for another number. */
    public static final int DEFAULT_PAGE = 50;
    public static final int LARGEST_PAGE = 200;

    private final RoomAccess access;
    private final Rosters rosters;
    private final Snapshots snapshots;
    private final MessageRenderer renderer;
    private final MissedEvents missed;

    History(RoomAccess access, Rosters rosters, Snapshots snapshots, MessageRenderer renderer, MissedEvents missed) {
        this.access = access;
        this.rosters = rosters;
        this.snapshots = snapshots;
        this.renderer = renderer;
        this.missed = missed;
    }

    /** Document 004's page object: newest page first, oldest message first inside a page. */
    @RegisterForReflection
    public record Page(List<MessageView> messages, long total, boolean hasMore, int page, int perPage, long totalPages) {
    }

    /** A page by key: {@code has_more} looks in the direction of the key. */
    @RegisterForReflection
    public record Slice(List<MessageView> messages, long total, boolean hasMore) {
    }

    /**
     * What a socket would have heard, in order, each message once in its latest state.
     *
     * @param version the next {@code since}
     */
    @RegisterForReflection
    public record Changes(List<Frame> changes, long version, boolean hasMore) {
    }

    @Transactional
    public Page page(Viewer viewer, long roomId, int page, int perPage) {
        missed.snapshot();
        Membership membership = access.requireMember(viewer.userId(), roomId);
        long total = membership.lastSeq();
        long to = total - (page - 1L) * perPage;
        long from = Math.max(1, to - perPage + 1);
        List<Message> messages = to < 1 ? List.of() : Message.between(roomId, from, to);
        return new Page(views(messages, viewer), total, to > perPage, page, perPage, (total + perPage - 1) / perPage);
    }

    @Transactional
    Slice before(Viewer viewer, long roomId, long seq, int limit) {
        missed.snapshot();
        long total = access.requireMember(viewer.userId(), roomId).lastSeq();
        long to = Math.min(seq - 1, total);
        long from = Math.max(1, to - limit + 1);
        return new Slice(to < 1 ? List.of() : views(Message.between(roomId, from, to), viewer), total, from > 1 && to >= 1);
    }

    /** As {@link #before}, but only some: one more is read than shown, to know whether there are more. */
    @Transactional
    Slice only(Only what, Viewer viewer, long roomId, long seq, int limit) {
        missed.snapshot();
        long total = access.requireMember(viewer.userId(), roomId).lastSeq();
        List<Message> newestFirst = Message.only(what, roomId, seq, limit + 1);
        boolean hasMore = newestFirst.size() > limit;
        return new Slice(views((hasMore ? newestFirst.subList(0, limit) : newestFirst).reversed(), viewer), total, hasMore);
    }

    @Transactional
    Slice after(Viewer viewer, long roomId, long seq, int limit) {
        missed.snapshot();
        long total = access.requireMember(viewer.userId(), roomId).lastSeq();
        long from = seq + 1;
        long to = Math.min(seq + limit, total);
        return new Slice(from > to ? List.of() : views(Message.between(roomId, from, to), viewer), total, to < total);
    }

    /** One message as it is, for a member of its room. */
    @Transactional
    public MessageView one(Viewer viewer, long messageId) {
        missed.snapshot();
        return views(List.of(visible(viewer.userId(), messageId)), viewer).get(0);
    }

    /** The files of one message that is not deleted, for a member of its room. */
    @Transactional
    public List<Attachment> filesOf(long userId, long messageId) {
        missed.snapshot();
        if (visible(userId, messageId).isDeleted()) {
            throw new Refusal(Code.MESSAGE_NOT_FOUND);
        }
        return Attachment.ofMessages(List.of(messageId));
    }

    /** The room of a message that this user may see; to a stranger it does not exist. */
    @Transactional
    public long roomOf(long userId, long messageId) {
        return visible(userId, messageId).roomId;
    }

    /**
     * The room of a message that this user may take something away from: one's own, also where one is no member any more,
     * since its files go on counting as one's own.
     */
    @Transactional
    public long roomOfDeletable(long userId, long messageId) {
        Message message = Message.findById(messageId);
        return message != null && message.senderId == userId ? message.roomId : visible(userId, messageId).roomId;
    }

    @Override
    @Transactional
    public OptionalLong roomOf(long messageId) {
        Message message = Message.findById(messageId);
        return message == null || message.isDeleted() ? OptionalLong.empty() : OptionalLong.of(message.roomId);
    }

    private Message visible(long userId, long messageId) {
        Message message = Message.findById(messageId);
        if (message == null) {
            throw new Refusal(Code.MESSAGE_NOT_FOUND);
        }
        try {
            access.requireMember(userId, message.roomId);
            return message;
        } catch (Refusal refusal) {
            throw refusal.code == Code.ROOM_NOT_FOUND ? new Refusal(Code.MESSAGE_NOT_FOUND) : refusal;
        }
    }

    /**
     * The frames after a version.
     *
     * @param version where the frames end: the room's own when they are complete, or when there are none
     */
    public record Replay(List<Frame> frames, long lastSeq, long version, boolean complete) {
    }

    /**
     * What a socket that returns has missed, or nothing when that is more than {@code limit} or its texts are longer than
     * {@code bytes}: then it is not read either.
     */
    @Transactional
    public Replay replay(Viewer viewer, long roomId, long since, int limit, long bytes) {
        missed.snapshot();
        Membership membership = access.requireMember(viewer.userId(), roomId);
        if (missed.isMoreThan(roomId, since, limit, bytes)) {
            return new Replay(List.of(), membership.lastSeq(), membership.version(), false);
        }
        return read(viewer, membership, roomId, since, limit);
    }

    @Transactional
    Changes since(Viewer viewer, long roomId, long since, int limit) {
        missed.snapshot();
        Replay replay = read(viewer, access.requireMember(viewer.userId(), roomId), roomId, since, limit);
        return new Changes(replay.frames, replay.version, !replay.complete);
    }

    private Replay read(Viewer viewer, Membership membership, long roomId, long since, int limit) {
        MissedEvents.Part part = missed.read(roomId, since, limit);
        return new Replay(part.events().stream().map(event -> new Frame(event.type(), event.data(viewer))).toList(),
                membership.lastSeq(), part.version(), part.complete());
    }

    List<MessageView> views(List<Message> messages, Viewer viewer) {
        return snapshots.of(messages, viewer.userId()).stream()
                .map(snapshot -> renderer.answer(snapshot, rosters.of(snapshot.message().roomId), viewer)).toList();
    }

    /** What answers a post: the message without reading it again; of a replay, in its present state. */
    public MessageView posted(Post.Posted posted, Viewer viewer) {
        return posted.replayed() ? one(viewer, posted.id()) : renderer.answer(posted.snapshot(), posted.roster(), viewer);
    }

    /** The frame of a post for a socket that does not hear its room; of a replay, in the present state. */
    public Frame acknowledgement(Post.Posted posted, Viewer viewer, @Nullable String localTempId) {
        if (posted.replayed()) {
            return new Frame("new_message", one(viewer, posted.id()).labelled(localTempId).impersonal());
        }
        return new Frame("new_message", renderer.frame(posted.snapshot(), posted.roster(), viewer));
    }
}
