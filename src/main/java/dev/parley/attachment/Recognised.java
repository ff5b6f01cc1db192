package dev.parley.attachment;

import org.jspecify.annotations.Nullable;

/**
 * What the bytes of a file say about it. A number that makes no sense (nothing or less, or longer than anybody records)
 * is as good as none.
 *
 * @param width pixels across as displayed, of images and videos
 * @param height pixels down as displayed, of images and videos
 * @param duration seconds, of videos and sound
 */
public record Recognised(FileType type, @Nullable Integer width, @Nullable Integer height, @Nullable Double duration) {

    private static final double LONGEST = 400 * 86_400.0;

    public Recognised {
        if (width == null || height == null || width <= 0 || height <= 0) {
            width = null;
            height = null;
        }
        if (duration != null && !(duration > 0 && duration < LONGEST)) {
            duration = null;
        }
    }

    /** A file of which only the type is told. */
    public static Recognised as(FileType type) {
        return new Recognised(type, null, null, null);
    }

    public Kind kind() {
        return type.kind;
    }
}
