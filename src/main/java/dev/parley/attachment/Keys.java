package dev.parley.attachment;

import java.util.regex.Pattern;

/** The last line against names as paths: what is not a key made by {@link ObjectStore#newKey} never meets a store. */
final class Keys {

    private static final Pattern KEY = Pattern.compile("[0-9a-z][0-9a-z-]{15,79}");

    private Keys() {
    }

    static String check(String key) {
        if (!KEY.matcher(key).matches()) {
            throw new IllegalArgumentException("Not a storage key");
        }
        return key;
    }
}
