package dev.parley.message;

import java.time.Instant;
import java.util.List;

import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.annotation.JsonInclude;

import dev.parley.account.UserView;
import dev.parley.attachment.FileView;
import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * A message as document 004 shows it, and what the other documents need beside it. Every field is always there but
 * {@code is_sender} and {@code is_liked}, which depend on who looks and so are not in frames.
 *
 * @param localTempId the sender's own label, in live {@code new_message} frames and the answer to the post; else null
 * @param filesData null without files
 * @param duration seconds, of a voice message
 * @param isRead direct: the other has read it; group: at least one other has
 * @param receiverDetails the other of the two in a direct room; null in groups
 * @param seq place in the room: 1, 2, 3 …
 * @param version of the latest change
 * @param readCount how many others have read it
 */
@RegisterForReflection
public record MessageView(long id, String content, @Schema(implementation = MessageType.class) String messageType,
        @Nullable String localTempId,
        @Nullable List<FileView> filesData, @Nullable Number duration, Instant createdAt, boolean isRead,
        boolean isDeleted,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Boolean isSender,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Boolean isLiked,
        int likeCount, UserView senderDetails, @Nullable UserView receiverDetails, long roomId, long seq, long version,
        @Nullable Instant editedAt, @Nullable Long replyTo, @Nullable ReplyPreview replyPreview, boolean pinned,
        boolean hasMedia, int readCount) {

    /** In a frame of an earlier version. */
    MessageView at(long earlier) {
        return earlier == version ? this
                : new MessageView(id, content, messageType, localTempId, filesData, duration, createdAt, isRead, isDeleted,
                        isSender, isLiked, likeCount, senderDetails, receiverDetails, roomId, seq, earlier, editedAt, replyTo,
                        replyPreview, pinned, hasMedia, readCount);
    }

    /** As what answers a retry: with its label. */
    MessageView labelled(@Nullable String label) {
        return new MessageView(id, content, messageType, label, filesData, duration, createdAt, isRead, isDeleted, isSender,
                isLiked, likeCount, senderDetails, receiverDetails, roomId, seq, version, editedAt, replyTo, replyPreview,
                pinned, hasMedia, readCount);
    }

    /** As frames have it: without what depends on who looks. */
    MessageView impersonal() {
        return new MessageView(id, content, messageType, localTempId, filesData, duration, createdAt, isRead, isDeleted,
                null, null, likeCount, senderDetails, receiverDetails, roomId, seq, version, editedAt, replyTo, replyPreview,
                pinned, hasMedia, readCount);
    }

    /** The start of what is replied to, as it is now; nothing of it once it is deleted. */
    @RegisterForReflection
    public record ReplyPreview(long id, long seq, String senderName,
            @Schema(implementation = MessageType.class) String messageType, String content, boolean isDeleted) {

        private static final int LENGTH = 100;

        static ReplyPreview of(Message target, String senderName) {
            String content = target.content;
            if (content.codePointCount(0, content.length()) > LENGTH) {
                content = content.substring(0, content.offsetByCodePoints(0, LENGTH)) + "…";
            }
            return new ReplyPreview(target.id, target.seq, senderName, target.messageType, content, target.isDeleted());
        }
    }

    /** The {@code data} of {@code message_deleted}. */
    @RegisterForReflection
    public record Gone(long id, long roomId, long seq, long version) {
    }

    /** The {@code data} of {@code message_read}. */
    @RegisterForReflection
    public record ReadReceipt(long roomId, long userId, String userName, long lastReadSeq, long version) {
    }
}
