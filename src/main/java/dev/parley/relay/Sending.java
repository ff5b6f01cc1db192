package dev.parley.relay;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import dev.parley.attachment.Allowance;
import dev.parley.attachment.Attachment;
import dev.parley.attachment.Summed;
import dev.parley.attachment.Uploads;
import dev.parley.message.Draft;
import dev.parley.message.MessageType;
import dev.parley.message.Post.Posted;
import dev.parley.message.Posting;
import dev.parley.problem.Code;
import dev.parley.problem.Refusal;
import dev.parley.room.RoomAccess;
import dev.parley.room.Rooms;

/** Posts what came in a frame: its files are stored first, and forgotten again when the post is refused. */
@Singleton
public class Sending {

    private final Posting posting;
    private final Uploads uploads;
    private final RoomAccess access;
    private final Rooms rooms;

    Sending(Posting posting, Uploads uploads, RoomAccess access, Rooms rooms) {
        this.posting = posting;
        this.uploads = uploads;
        this.access = access;
        this.rooms = rooms;
    }

    /**
     * A message whose room is open and whose files are stored.
     *
     * @param stored those of {@code files} that came in the frame itself
     */
    public record Ready(Command.Send send, long userId, long roomId, List<UUID> files, List<String> fingerprints,
            List<UUID> stored) {

        Draft draft() {
            return new Draft(roomId, userId, send.content(), MessageType.of(send.messageType()), send.replyTo(),
                    send.localTempId(), send.idempotencyKey(), files, fingerprints);
        }
    }

    /** A message that brings no files along, for a room that is known. */
    public Ready ready(Command.Send send, long userId, long roomId) {
        return new Ready(send, userId, roomId, send.attachmentIds(), names(send), List.of());
    }

    /**
     * Stores the files of a frame and opens the direct room, before the post itself is queued. Blocks.
     *
     * @param known null for the direct room with {@code receiverId}
     */
    public Ready prepare(Command.Send send, long userId, @Nullable Long known, Allowance allowed) {
        if (known != null) {
            access.requireMember(userId, known);
        }
        List<UUID> files = new ArrayList<>(send.attachmentIds());
        List<String> fingerprints = names(send);
        List<UUID> stored = new ArrayList<>();
        try {
            if (files.size() + send.files().size() > Draft.MOST_FILES) {
                throw new Refusal(Code.TOO_MANY_FILES);
            }
            for (Command.InlineFile file : send.files()) {
                Summed bytes = new Summed(file.bytes());
                Attachment attachment = uploads.receive(userId, bytes, file.name(), file.duration(), allowed);
                stored.add(attachment.id);
                fingerprints.add(bytes.fingerprint(attachment));
            }
            files.addAll(stored);
            // A message that is refused opens no room.
            new Ready(send, userId, 0, files, fingerprints, stored).draft();
            long room = known != null ? known : rooms.openDirect(userId, send.receiverId()).roomId();
            return new Ready(send, userId, room, files, fingerprints, stored);
        } catch (RuntimeException e) {
            uploads.discard(stored);
            throw e;
        }
    }

    /** Queues a message. Does not block; the future completes on any thread, or fails with a refusal. */
    public CompletableFuture<Posted> post(Ready ready) {
        CompletableFuture<Posted> posted;
        try {
            posted = posting.post(ready.draft());
        } catch (Refusal refusal) {
            posted = CompletableFuture.failedFuture(refusal);
        }
        return ready.stored.isEmpty() ? posted : posted.whenComplete((post, failure) -> {
            if (failure != null || post.replayed()) {
                Thread.ofVirtual().name("discard").start(() -> uploads.discard(ready.stored));
            }
        });
    }

    private static List<String> names(Command.Send send) {
        return new ArrayList<>(send.attachmentIds().stream().map(UUID::toString).toList());
    }
}
