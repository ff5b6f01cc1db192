package dev.parley.attachment.resumable;

import java.io.InputStream;
import java.security.MessageDigest;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import dev.parley.attachment.Allowance;
import dev.parley.attachment.FileLimits;
import dev.parley.attachment.Paced;
import dev.parley.attachment.PartialStore;
import dev.parley.attachment.Spool;
import dev.parley.attachment.Uploads;
import dev.parley.problem.Code;
import dev.parley.problem.Refusal;

/** Takes the bytes of one request into an upload. What has come counts, however the request ends. */
@Singleton
class Receiving {

    private final PartialStore partials;
    private final FileLimits limits;
    private final Uploads files;

    Receiving(PartialStore partials, FileLimits limits, Uploads files) {
        this.partials = partials;
        this.limits = limits;
        this.files = files;
    }

    /**
     * Reads a body to its end.
     *
     * @return the upload as it is then
     * @throws Refusal {@link Code#CHECKSUM_MISMATCH}, which takes nothing; {@link Code#FILE_TOO_LARGE} as soon as the bytes
     *         tell; {@link Code#BAD_REQUEST} and {@link Code#TIMED_OUT} for a body that breaks off, after what came was taken
     */
    Upload receive(Lease lease, InputStream body, @Nullable Checksum checksum) {
        Upload upload = lease.upload();
        MessageDigest sum = checksum == null ? null : checksum.digest();
        try (PartialStore.Sink sink = partials.open(upload.held()); Paced paced = new Paced(body)) {
            Intake intake = new Intake(lease, sink, sum, head -> check(upload, head));
            RuntimeException broken = intake.take(paced);
            if (checksum != null && (broken != null || !MessageDigest.isEqual(sum.digest(), checksum.value()))) {
                throw broken != null ? broken : new Refusal(Code.CHECKSUM_MISMATCH);
            }
            Upload taken = intake.settle();
            if (broken != null) {
                throw broken;
            }
            return taken;
        }
    }

    /** A body that will not fit is not waited for. @param length of the body, negative when it does not say */
    void expect(Upload upload, long length) {
        long most = upload.length() != null ? upload.length() : limits.allowance().largest();
        if (length > most - upload.offset()) {
            throw upload.length() != null ? Intake.surplus() : Spool.tooLarge(most);
        }
    }

    /**
     * Refuses bytes for which their owner has no room, where that was not asked when the upload began.
     *
     * @param length of the body, negative when it does not say
     */
    void requireRoom(Upload upload, long length) {
        files.requireRoom(upload.ownerId(), upload.length() != null ? upload.length() - upload.offset() : Math.max(length, 0));
    }

    /** @throws Refusal {@link Code#FILE_TOO_LARGE}, {@link Code#EMPTY_FILE} */
    void checkLength(@Nullable Long length) {
        if (length == null) {
            return;
        }
        if (length == 0) {
            throw new Refusal(Code.EMPTY_FILE);
        }
        long most = limits.allowance().largest();
        if (length > most) {
            throw Spool.tooLarge(most);
        }
    }

    /** @return how many bytes the whole may have, told by its first ones */
    private long check(Upload upload, byte @Nullable [] head) {
        Allowance allowed = limits.allowance();
        long most = head == null ? allowed.largest() : allowed.early(head);
        Long length = upload.length();
        if (length != null && length > most) {
            throw Spool.tooLarge(most);
        }
        return length != null ? length : most;
    }
}
