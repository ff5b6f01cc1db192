package dev.parley.attachment;

/**
 * What a door takes.
 *
 * @param image the largest image, in bytes; likewise the other kinds
 * @param anyType whether files of no known type are taken, too
 */
public record Allowance(long image, long voice, long video, long file, boolean anyType) {

    /** The same limit for every kind. */
    public static Allowance of(long bytes, boolean anyType) {
        return new Allowance(bytes, bytes, bytes, bytes, anyType);
    }

    public long of(Kind kind) {
        return switch (kind) {
            case IMAGE -> image;
            case VOICE -> voice;
            case VIDEO -> video;
            case FILE -> file;
        };
    }

    public long largest() {
        return Math.max(Math.max(image, voice), Math.max(video, file));
    }

    /** As soon as a file's first bytes tell its kind, the limit of that holds; until then the largest of all. */
    public long early(byte[] head) {
        return Recogniser.early(head, head.length).map(this::of).orElseGet(this::largest);
    }
}
