package dev.parley.dialect;

import java.time.Instant;

import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

import dev.parley.attachment.Attachment;
import dev.parley.attachment.FileType;
import dev.parley.attachment.FileView;
import dev.parley.attachment.Kind;
import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * A file of a message as document 001 shows it, ids as strings.
 *
 * @param fileName the name it is stored under here: its id and the usual extension of its type
 * @param fileType {@code image}, {@code video} or {@code document}, which sound is here too
 * @param fileSize bytes
 */
@RegisterForReflection
record Media(String id, String messageId, String fileName, String originalName,
        @Schema(enumeration = {
                "image", "video", "document" }) String fileType,
        String mimeType,
        long fileSize, String url, @Nullable String thumbnailUrl, Instant createdAt){

    static Media of(Attachment file, long messageId, FileView view) {
        String type = switch (Kind.of(file.kind)) {
            case IMAGE -> "image";
            case VIDEO -> "video";
            case VOICE, FILE -> "document";
        };
        return new Media(file.id.toString(), Long.toString(messageId),
                file.id + "." + FileType.ofMime(file.mimeType).extension, file.originalName, type, file.mimeType, file.size,
                view.filePath(), view.thumbnailPath(), file.createdAt);
    }
}
