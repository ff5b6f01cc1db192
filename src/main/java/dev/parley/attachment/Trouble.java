package dev.parley.attachment;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

import org.jboss.logging.Logger;

import dev.parley.problem.Code;
import dev.parley.problem.Refusal;

/** Turns what a disk says into the answer a client gets; the disk's own words go to the log. */
final class Trouble {

    private static final Logger LOG = Logger.getLogger(ObjectStore.class);

    /** With less than this a write counts as failed for want of room, whatever language the message is in. */
    private static final long ALMOST_NOTHING = 64 * 1024;

    private Trouble() {
    }

    static Refusal with(Path place, IOException failure) {
        Code code = isFull(place, failure) ? Code.STORAGE_FULL : Code.STORE_UNAVAILABLE;
        String what = place + ": " + failure;
        LOG.warn(what);
        return new Refusal(code, new IOException(what, failure));
    }

    private static boolean isFull(Path place, IOException failure) {
        String message = String.valueOf(failure.getMessage());
        if (message.contains("No space left") || message.contains("quota exceeded")) {
            return true;
        }
        try {
            FileStore disk = Files.getFileStore(place);
            return disk.getUsableSpace() < ALMOST_NOTHING;
        } catch (IOException e) {
            return false;
        }
    }
}
