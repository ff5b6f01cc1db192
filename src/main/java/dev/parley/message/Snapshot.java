package dev.parley.message;

import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.parley.attachment.Attachment;

/**
 * A message with everything its rendering needs, read at one moment.
 *
 * @param files empty without files
 * @param replyTarget what it replies to
 * @param readCount how many members other than the sender have read it
 * @param liked whether the one who looks likes it; null when it is rendered for many
 * @param localTempId the sender's label, when it was just posted
 */
public record Snapshot(Message message, List<Attachment> files, @Nullable Message replyTarget, int readCount,
        @Nullable Boolean liked, @Nullable String localTempId) {

    /** With the label that its sender gave it. */
    Snapshot labelled() {
        return new Snapshot(message, files, replyTarget, readCount, liked, message.localTempId);
    }
}
