package dev.parley.attachment.preview;

/**
 * A stored preview.
 *
 * @param key of the store
 * @param bytes how many
 * @param sha256 of them
 */
public record Preview(String key, String mimeType, long bytes, byte[] sha256) {
}
