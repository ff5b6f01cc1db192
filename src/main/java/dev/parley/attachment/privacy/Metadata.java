package dev.parley.attachment.privacy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

import dev.parley.attachment.FileType;

/**
 * Removes from a file what tells of its maker: places, devices, times, comments, thumbnails, and whatever stands behind
 * its end. Orientation, colour profile and animation stay, pictures and sound are not encoded again. What stays is
 * listed and everything else goes, so that what nobody has heard of yet goes too. A file that breaks off keeps what can
 * be shown of it.
 */
public final class Metadata {

    private Metadata() {
    }

    /** Whether files of this type are edited; others are left as they are. */
    public static boolean isRemovedFrom(FileType type) {
        return switch (type) {
            case JPEG, PNG, GIF, WEBP, MP3, MP4, MOV, M4A -> true;
            case BMP, WEBM, AVI, MKV, FLV, WAV, OGG, AAC, WEBM_AUDIO, MKA, PDF, DOC, DOCX, XLS, XLSX, TXT, ZIP, RAR, UNKNOWN ->
                false;
        };
    }

    /**
     * Edits the file in place; it never grows.
     *
     * @param type what the file was recognised as
     * @return whether anything was there to remove
     * @throws IOException when the disk fails, never because of what the file holds
     */
    public static boolean remove(Path file, FileType type) throws IOException {
        if (!isRemovedFrom(type)) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return remove(channel, type);
        }
    }

    private static boolean remove(FileChannel file, FileType type) throws IOException {
        if (type == FileType.MP4 || type == FileType.MOV || type == FileType.M4A) {
            return Movie.clean(file);
        }
        Compaction edited = new Compaction(file);
        try {
            switch (type) {
                case JPEG -> Jpeg.clean(edited);
                case PNG -> Png.clean(edited);
                case GIF -> Gif.clean(edited);
                case WEBP -> Webp.clean(edited);
                default -> Mp3.clean(edited, file);
            }
        } catch (Window.End cut) {
            // It breaks off in the middle of something that is not worth keeping.
        }
        return edited.end();
    }
}
