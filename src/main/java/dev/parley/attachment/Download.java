package dev.parley.attachment;

/**
 * What must be known of stored bytes to serve them.
 *
 * @param key of the store
 * @param size in bytes
 * @param sha256 of all bytes: their entity tag
 * @param contentType as recognised from the bytes
 * @param inline whether a browser may show it in place; everything else it may only save
 * @param name what its sender called it
 */
public record Download(String key, long size, byte[] sha256, String contentType, boolean inline, String name) {
}
