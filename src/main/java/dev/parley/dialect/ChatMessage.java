package dev.parley.dialect;

import java.time.Instant;
import java.util.List;

import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.annotation.JsonProperty;

import dev.parley.attachment.FileView;
import dev.parley.message.MessageType;
import dev.parley.message.MessageView;
import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * A message as document 003 shows it, by HTTP and by Socket.IO: exactly these fields, ids as strings.
 *
 * @param sender an e-mail address
 * @param type {@code text}, {@code image}, {@code video} or {@code file}, which voice is here too
 * @param mediaUrl of the first file, relative to the host when its {@link dev.parley.room.Viewer} has no base; null
 *        without files
 */
@RegisterForReflection
public record ChatMessage(@JsonProperty("_id") String id, String conversationId, String sender, String content,
        @Schema(enumeration = {
                "text", "image", "video", "file" }) String type,
        @Nullable String mediaUrl, @Nullable String replyTo, boolean isRead, boolean isDeleted, Instant createdAt,
        @Nullable Instant editedAt, boolean pinned){

    public static ChatMessage of(MessageView message) {
        List<FileView> files = message.filesData();
        String type = message.messageType().equals(MessageType.VOICE.id()) ? MessageType.FILE.id() : message.messageType();
        return new ChatMessage(Long.toString(message.id()), Long.toString(message.roomId()), message.senderDetails().email(),
                message.content(), type, files == null ? null : files.get(0).filePath(),
                message.replyTo() == null ? null : Long.toString(message.replyTo()), message.isRead(), message.isDeleted(),
                message.createdAt(), message.editedAt(), message.pinned());
    }
}
