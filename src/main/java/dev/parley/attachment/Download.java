package dev.parley.attachment;

import java.util.HexFormat;

import dev.parley.attachment.preview.Preview;
import dev.parley.problem.Code;
import dev.parley.problem.Refusal;

/**
 * What must be known of stored bytes to serve them.
 *
 * @param key of the store
 * @param size in bytes
 * @param tag other bytes under the same address have another (RFC 9110, 8.8.3)
 * @param contentType as recognised from the bytes
 * @param inline whether a browser may show it in place; everything else it may only save
 * @param name what its sender called it
 */
public record Download(String key, long size, String tag, String contentType, boolean inline, String name) {

    /** Seconds after which a file that is being scanned may be asked for again. */
    private static final int SOON = 2;

    /**
     * The bytes of a file, once it is decided that they may be read at all: every route that yields bytes asks here.
     *
     * @throws Refusal {@link Code#FILE_SCANNING} and {@link Code#FILE_BLOCKED}, {@link Code#FILE_NOT_FOUND} when they
     *         are gone
     */
    static Download of(Attachment file) {
        requireReleased(file);
        if (file.storageKey == null) {
            throw new Refusal(Code.FILE_NOT_FOUND);
        }
        FileType type = FileType.ofMime(file.mimeType);
        return new Download(file.storageKey, file.size, file.id.toString(), type.mime, type.inline, file.originalName);
    }

    /** A smaller picture of it. */
    Download as(Preview preview) {
        return new Download(preview.key(), preview.bytes(), HexFormat.of().formatHex(preview.sha256()),
                preview.mimeType(), true, "preview.webp");
    }

    private static void requireReleased(Attachment file) {
        switch (ScanState.of(file.scanState)) {
            case SCANNING -> throw new Refusal(Code.FILE_SCANNING, Code.FILE_SCANNING.sentence, SOON);
            case BLOCKED -> throw new Refusal(Code.FILE_BLOCKED);
            case CLEAN, SKIPPED -> {
            }
        }
    }
}
