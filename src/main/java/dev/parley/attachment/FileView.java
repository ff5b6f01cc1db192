package dev.parley.attachment;

import java.util.UUID;

import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

import dev.parley.attachment.preview.PreviewSize;
import dev.parley.room.Viewer;
import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * An entry of {@code files_data} (document 004).
 *
 * @param fileName as the sender's device called it: text to show, nothing more
 * @param filePath a URL that works without a header, for the one it was made for
 * @param fileSize bytes
 * @param mimeType what the bytes are, whatever was claimed
 * @param duration seconds, of audio and video that tell it
 * @param width pixels as shown, of images and videos that tell it
 * @param thumbnailPath as {@code filePath}, of a picture that fits into 480 pixels square; null when there is none (yet)
 * @param previewPath the same, of 1,280 pixels
 * @param placeholder a ThumbHash in base64: what to show until the thumbnail is there
 * @param scanState {@code scanning}: nobody gets its bytes yet; {@code clean}; {@code blocked}: nobody gets them;
 *        {@code skipped}: not scanned
 * @param scanReason what the scanner found in a blocked file; why a file was not scanned: {@code off},
 *        {@code too_large}, {@code unreachable} or {@code failed}
 */
@RegisterForReflection
public record FileView(UUID id, @Schema(implementation = Kind.class) String kind, String fileName, String filePath,
        long fileSize, String mimeType,
        @Nullable Number duration, @Nullable Integer width, @Nullable Integer height, @Nullable String thumbnailPath,
        @Nullable String previewPath, @Nullable String placeholder, @Schema(implementation = ScanState.class) String scanState,
        @Nullable String scanReason) {

    public static FileView of(Attachment file, Viewer viewer, SignedUrls urls) {
        SignedUrls.Signed signed = urls.sign(file.id, viewer.userId());
        return new FileView(file.id, file.kind, file.originalName, viewer.base() + signed.path(), file.size, file.mimeType,
                Attachment.seconds(file.duration), file.width, file.height, preview(file, PreviewSize.SMALL, viewer, signed),
                preview(file, PreviewSize.LARGE, viewer, signed), file.placeholder, file.scanState, file.scanReason);
    }

    private static @Nullable String preview(Attachment file, PreviewSize size, Viewer viewer, SignedUrls.Signed signed) {
        return file.previewed ? viewer.base() + signed.preview(size.id()) : null;
    }
}
