package dev.parley.attachment;

import java.util.regex.Pattern;

/** The last line against names as paths: what is not a key made by {@link ObjectStore#newKey} never meets a store. */
final class Keys {

    private static final Pattern KEY = Pattern.compile("[0-9a-z][0-9a-z-]{15,79}");

    /** The shape that {@link ObjectStore#newKey} gives. */
    private static final String NEW = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";
    private static final Pattern OURS = Pattern.compile(NEW);
    private static final Pattern OURS_OR_REST = Pattern.compile(NEW + "(-tail(-[0-9]+)?)?");

    private Keys() {
    }

    static String check(String key) {
        if (!KEY.matcher(key).matches()) {
            throw new IllegalArgumentException("Not a storage key");
        }
        return key;
    }

    /** Whether it looks like a key that we made: what does not belongs to somebody else. */
    static boolean isOurs(String key) {
        return OURS.matcher(key).matches();
    }

    /** The same, or what a bucket holds beside the parts of an upload with such a key. */
    static boolean isOursOrRest(String key) {
        return OURS_OR_REST.matcher(key).matches();
    }
}
