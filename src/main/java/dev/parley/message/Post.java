package dev.parley.message;

import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.parley.attachment.Attachment;
import dev.parley.problem.Code;
import dev.parley.problem.Refusal;
import dev.parley.room.Batch;
import dev.parley.room.Change;
import dev.parley.room.RoomTurn;
import dev.parley.room.Roster;

/** Says something new in a room. */
public final class Post extends Change<Post.Posted> {

    /**
     * What became of a post.
     *
     * @param replayed the key was known: this is the first message's id, and nothing new was stored
     * @param snapshot the message as it was stored; null of a replay
     */
    public record Posted(long id, boolean replayed, @Nullable Snapshot snapshot, Roster roster) {
    }

    private final Draft draft;
    private final MessageIds ids;
    private final MessageRenderer renderer;

    Post(Draft draft, MessageIds ids, MessageRenderer renderer) {
        super(draft.roomId(), draft.senderId());
        this.draft = draft;
        this.ids = ids;
        this.renderer = renderer;
    }

    @Override
    protected boolean isBlind() {
        // A key that is known already shows by the index of keys.
        return draft.replyTo() == null && draft.files().isEmpty();
    }

    @Override
    protected void gather(Batch batch) {
        batch.bulk(Inserts.class, Inserts::new);
        if (draft.idempotencyKey() != null) {
            batch.bulk(IdempotencyKeys.class, IdempotencyKeys::new).look(userId, draft.idempotencyKey());
        }
        if (draft.replyTo() != null) {
            batch.bulk(Messages.class, Messages::new).look(draft.replyTo());
        }
        if (!draft.files().isEmpty()) {
            batch.bulk(Bindings.class, Bindings::new).look(draft.files());
        }
        batch.bulk(ReadMarks.class, ReadMarks::new);
    }

    @Override
    protected Posted apply(RoomTurn turn) throws SQLException {
        Roster roster = turn.requireMember(userId);
        Batch batch = turn.batch();
        byte[] hash = null;
        if (draft.idempotencyKey() != null) {
            hash = draft.requestHash();
            IdempotencyKeys.Known known = batch.bulk(IdempotencyKeys.class, IdempotencyKeys::new)
                    .find(userId, draft.idempotencyKey());
            if (known != null) {
                // A tombstone has forgotten what was asked: it answers whatever its room is told under its key, and nothing is
                // posted again.
                if (known.roomId() != roomId || known.hash() != null && !Arrays.equals(known.hash(), hash)) {
                    throw new Refusal(Code.KEY_REUSED);
                }
                return new Posted(known.messageId(), true, null, roster);
            }
        }
        Message target = draft.replyTo() == null ? null
                : target(batch.bulk(Messages.class, Messages::new).find(draft.replyTo(), roomId));
        List<Attachment> files = draft.files().isEmpty() ? List.of()
                : batch.bulk(Bindings.class, Bindings::new).require(draft.files(), userId);
        MessageType type = MessageType.settle(draft.type(), files.stream().map(file -> file.kind).toList());

        Message message = new Message();
        message.id = ids.next(turn.connection());
        message.roomId = roomId;
        message.seq = turn.nextSeq();
        message.version = turn.nextVersion();
        message.createdVersion = message.version;
        message.senderId = userId;
        message.messageType = type.id();
        message.content = draft.content();
        message.replyTo = draft.replyTo();
        message.fileCount = (short) files.size();
        message.createdAt = turn.now();
        message.localTempId = draft.localTempId();
        batch.bulk(Inserts.class, Inserts::new).add(message, draft.idempotencyKey(), hash);
        if (!files.isEmpty()) {
            batch.bulk(Bindings.class, Bindings::new).bind(files, message.id);
        }
        // Posting marks what came before as read, silently.
        batch.bulk(ReadMarks.class, ReadMarks::new).read(roomId, userId, message.seq);

        Snapshot snapshot = new Snapshot(message, files, target, 0, false, draft.localTempId());
        if (hash != null) {
            batch.bulk(IdempotencyKeys.class, IdempotencyKeys::new).used(userId, draft.idempotencyKey(), hash, message.id,
                    roomId);
        }
        turn.announce(renderer.event(turn, "new_message", snapshot));
        return new Posted(message.id, false, snapshot, roster);
    }

    /** A reply stays in its room, and a tombstone takes none. */
    private static Message target(@Nullable Message found) {
        if (found == null) {
            throw new Refusal(Code.MESSAGE_NOT_FOUND, "The message replied to was not found");
        }
        return found;
    }
}
