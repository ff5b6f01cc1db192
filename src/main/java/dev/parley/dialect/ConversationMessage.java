package dev.parley.dialect;

import java.time.Instant;
import java.util.List;

import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

import dev.parley.account.UserView;
import dev.parley.attachment.FileView;
import dev.parley.message.MessageType;
import dev.parley.message.MessageView;
import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * A message as document 002 shows it, and beside it what its fields have no place for.
 *
 * @param conversation the id of its conversation
 * @param sender the id of a user
 * @param messageType {@code text}, {@code image} or {@code file}, which video and voice are here too
 * @param attachment where the first file can be loaded; null without files, like its name and size
 * @param attachmentSize bytes
 * @param attachments every file, since a message that came by another door may have several
 */
@RegisterForReflection
record ConversationMessage(long id, long conversation, long sender, String content,
        @Schema(enumeration = {
                "text", "image", "file" }) String messageType,
        @Nullable String attachment, @Nullable String attachmentName, @Nullable Long attachmentSize, boolean isRead,
        Instant createdAt, UserView senderDetails, @Nullable Instant editedAt, boolean isDeleted, @Nullable Long replyTo,
        List<FileView> attachments){

    static ConversationMessage of(MessageView message) {
        List<FileView> files = message.filesData() == null ? List.of() : message.filesData();
        FileView first = files.isEmpty() ? null : files.get(0);
        return new ConversationMessage(message.id(), message.roomId(), message.senderDetails().id(), message.content(),
                type(message.messageType()), first == null ? null : first.filePath(),
                first == null ? null : first.fileName(), first == null ? null : (Long) first.fileSize(), message.isRead(),
                message.createdAt(), message.senderDetails(), message.editedAt(), message.isDeleted(), message.replyTo(),
                files);
    }

    static String type(String messageType) {
        boolean known = messageType.equals(MessageType.TEXT.id()) || messageType.equals(MessageType.IMAGE.id());
        return known ? messageType : MessageType.FILE.id();
    }
}
