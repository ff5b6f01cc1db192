package dev.parley.attachment.resumable;

import java.util.UUID;

import jakarta.inject.Singleton;

import org.jboss.logging.Logger;

import dev.parley.attachment.Attachment;
import dev.parley.attachment.FileLimits;
import dev.parley.attachment.PartialStore;
import dev.parley.attachment.Spooled;
import dev.parley.attachment.Uploads;
import dev.parley.problem.Code;
import dev.parley.problem.Refusal;

/**
 * Makes of an upload that is whole what every file becomes, and a message if it names a room. Each step is remembered
 * before the next, so that whoever asks next goes on where a crash came in between.
 */
@Singleton
class Finishing {

    private static final Logger LOG = Logger.getLogger(Finishing.class);

    private final PartialStore partials;
    private final Uploads uploads;
    private final FileLimits limits;
    private final RoomPosts rooms;
    private final UploadRows rows;

    Finishing(PartialStore partials, Uploads uploads, FileLimits limits, RoomPosts rooms, UploadRows rows) {
        this.partials = partials;
        this.uploads = uploads;
        this.limits = limits;
        this.rooms = rooms;
        this.rows = rows;
    }

    /** @throws Refusal why the file or the message is refused; the upload has ended then, unless it may pass */
    Upload finish(Lease lease) {
        try {
            Upload finished = lease.during(() -> {
                Upload upload = lease.upload();
                UUID file = upload.attachment() != null ? upload.attachment() : store(lease);
                Long room = upload.metadata().roomId();
                return lease.finish(room == null ? null
                        : (Long) rooms.post(upload.id(), upload.ownerId(), room, upload.metadata().content(), file));
            });
            discard(finished);
            return finished;
        } catch (Refusal refusal) {
            if (isFinal(refusal)) {
                fail(lease, refusal);
            }
            throw refusal;
        }
    }

    /** Ends an upload that nothing can come of; its bytes go. @throws Refusal {@link Code#LOCKED} when it is another's now */
    void fail(Lease lease, Refusal why) {
        takeBack(lease.fail(why));
    }

    /** Removes what the store holds of an upload, and what became of it unless a message has it. */
    void takeBack(Upload upload) {
        if (upload.attachment() != null) {
            uploads.withdraw(upload.ownerId(), upload.attachment());
        }
        discard(upload);
    }

    /** Removes what the store holds of it. What cannot be removed now, the sweeper removes later. */
    void discard(Upload upload) {
        try {
            partials.discard(upload.held());
            rows.emptied(upload.id());
        } catch (Refusal later) {
            LOG.debugf("The bytes of an upload that has ended go later: %s", later.getMessage());
        }
    }

    /** Whether trying again would not help. */
    static boolean isFinal(Refusal refusal) {
        return switch (refusal.code) {
            case LOCKED, CONFLICT, TIMED_OUT, TOO_MANY_REQUESTS, FILE_SCANNING -> false;
            default -> refusal.code.status < 500;
        };
    }

    private UUID store(Lease lease) {
        Upload upload = lease.upload();
        if (upload.offset() == 0) {
            throw new Refusal(Code.EMPTY_FILE);
        }
        try (Spooled whole = partials.assemble(upload.held())) {
            Metadata metadata = upload.metadata();
            Attachment file = uploads.receive(upload.ownerId(), whole, metadata.fileName(), metadata.duration(),
                    limits.allowance(), upload.offset());
            lease.stored(file.id);
            return file.id;
        }
    }
}
