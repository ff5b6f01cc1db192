package dev.parley.attachment.preview;

import java.nio.file.Path;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Previews that lie ready in a workspace.
 *
 * @param placeholder a ThumbHash in base64
 * @param width pixels of the original, of videos
 * @param height pixels of the original, of videos
 */
record Made(List<Picture> pictures, String placeholder, @Nullable Integer width, @Nullable Integer height) {

    static final String MIME = "image/webp";

    record Picture(PreviewSize size, Path file, int width, int height) {
    }
}
