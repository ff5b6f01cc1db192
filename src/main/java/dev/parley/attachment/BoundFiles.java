package dev.parley.attachment;

import java.util.UUID;

/** Files that are in a message, which changes with them and whose room hears so. */
public interface BoundFiles {

    /**
     * Writes a finding and announces the message with it; nothing happens when the file or the message is gone
     * meanwhile. Blocks.
     */
    void found(long messageId, UUID file, Finding finding);
}
