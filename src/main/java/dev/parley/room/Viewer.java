package dev.parley.room;

/**
 * For whom something is rendered: URLs of files are signed for one user, and absolute.
 *
 * @param base scheme and authority, no trailing slash, such as {@code https://chat.example.org}
 */
public record Viewer(long userId, String base) {
}
