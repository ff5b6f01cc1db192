package dev.parley.attachment.resumable;

import java.time.Instant;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.parley.attachment.PartialStore.Held;

/**
 * A row of {@code resumable_uploads}.
 *
 * @param length in bytes, null while the client has not said it
 * @param held what has arrived; nothing of it is kept once the upload has ended
 * @param attachment what became of it, from the moment it is stored
 * @param message the message that took it, where a room was named
 * @param error why it has failed
 * @param direct whether its bytes go to the bucket without passing here
 */
record Upload(UUID id, long ownerId, State state, Metadata metadata, @Nullable Long length, Held held,
        @Nullable UUID attachment, @Nullable Long message, @Nullable Failure error, Instant expiresAt, boolean direct) {

    enum State {
        RECEIVING,
        FINISHED,
        FAILED
    }

    /** A refusal as the database keeps it. */
    record Failure(String code, String detail) {
    }

    long offset() {
        return held.size();
    }

    Upload withLength(long told) {
        return new Upload(id, ownerId, state, metadata, told, held, attachment, message, error, expiresAt, direct);
    }

    /** Whether nothing has come, and nothing become of it. */
    boolean isUntouched() {
        return state == State.RECEIVING && held.size() == 0;
    }

    /** Whether all its bytes are here. */
    boolean isWhole() {
        return length != null && length == held.size();
    }

    /** Whether all is here and nothing has been made of it so far. */
    boolean isWaiting() {
        return state == State.RECEIVING && isWhole();
    }
}
