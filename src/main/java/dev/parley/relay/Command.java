package dev.parley.relay;

import java.io.InputStream;
import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/** What a client may send. Ids travel as numbers or strings. */
public sealed interface Command {

    /** @param roomId null with {@code receiverId}, or for the room that is joined */
    record Send(@Nullable Long roomId, @Nullable Long receiverId, String content, @Nullable String messageType,
            @Nullable Long replyTo, @Nullable String localTempId, @Nullable String idempotencyKey,
            List<UUID> attachmentIds, List<InlineFile> files) implements Command {
    }

    /**
     * A file within a frame.
     *
     * @param bytes decoded from the frame's own text, straight to where they are stored
     */
    record InlineFile(InputStream bytes, String name, @Nullable Double duration) {
    }

    record Typing(long roomId, boolean isTyping) implements Command {
    }

    record Read(long roomId, @Nullable Long seq) implements Command {
    }

    record Join(long roomId, @Nullable Long since) implements Command {
    }

    record Leave() implements Command {
    }

    record Ping() implements Command {
    }
}
