package dev.parley.attachment.resumable;

import java.io.InputStream;
import java.time.Duration;
import java.util.UUID;
import java.util.function.Function;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import dev.parley.attachment.Arrivals;
import dev.parley.attachment.FileName;
import dev.parley.attachment.ObjectStore;
import dev.parley.attachment.PartialStore;
import dev.parley.attachment.PartialStore.Held;
import dev.parley.problem.Code;
import dev.parley.problem.Refusal;

/** An upload's life: made, gone on with however often, finished or given up. */
@Singleton
class Resuming {

    private final UploadRows rows;
    private final PartialStore partials;
    private final Receiving receiving;
    private final Finishing finishing;
    private final Arrivals arrivals;

    Resuming(UploadRows rows, PartialStore partials, Receiving receiving, Finishing finishing, Arrivals arrivals) {
        this.rows = rows;
        this.partials = partials;
        this.receiving = receiving;
        this.finishing = finishing;
        this.arrivals = arrivals;
    }

    /**
     * What a request has to say besides its bytes.
     *
     * @param length of the upload, where the client says it now
     * @param bodyLength negative when it is not told before
     */
    record Piece(InputStream body, long bodyLength, @Nullable Long length, @Nullable Checksum checksum) {
    }

    /**
     * @param length in bytes, null when it will be told later
     * @throws Refusal {@link Code#FILE_TOO_LARGE}, {@link Code#EMPTY_FILE}
     */
    Upload create(long ownerId, Metadata metadata, @Nullable Long length) {
        return create(ownerId, metadata, length, key -> partials.begin(key, length), null);
    }

    /**
     * @param begin makes room in the store, under a key
     * @param urlsFor how long a client can put bytes into the bucket itself; null where they come here
     */
    Upload create(long ownerId, Metadata metadata, @Nullable Long length, Function<String, Held> begin,
            @Nullable Duration urlsFor) {
        receiving.checkLength(length);
        UUID id = UUID.randomUUID();
        Upload upload = rows.insert(id, ownerId, metadata, FileName.of(metadata.fileName()), length,
                Held.nothing(ObjectStore.newKey()), urlsFor);
        try (Lease lease = Lease.take(rows, ownerId, id)) {
            return lease.save(begin.apply(upload.held().key()), length);
        } catch (RuntimeException e) {
            rows.delete(id);
            throw e;
        }
    }

    /**
     * Takes the bytes that come with the beginning. Who hears of no upload cannot go on with it: it is gone then, unless
     * something of it has arrived.
     *
     * @throws Refusal as {@link #goOn} does
     */
    Upload beginWith(Upload begun, Piece piece) {
        try {
            return goOn(begun.ownerId(), begun.id(), 0, piece);
        } catch (Refusal refusal) {
            if (rows.find(begun.ownerId(), begun.id()).filter(Upload::isUntouched).isPresent()) {
                end(begun.ownerId(), begun.id());
            }
            throw refusal;
        }
    }

    /**
     * Takes more bytes, and finishes the upload when they were the last.
     *
     * @throws Refusal {@link Code#CONFLICT} when this is not where it stands; what {@link #writing},
     *         {@link Receiving#receive} and {@link Finishing#finish} refuse
     */
    Upload goOn(long ownerId, UUID id, long offset, Piece piece) {
        return writing(ownerId, id, lease -> {
            if (lease.upload().direct()) {
                throw new Refusal(Code.CONFLICT, "The bytes of this upload go to the bucket");
            }
            if (offset != lease.upload().offset()) {
                throw new Refusal(Code.CONFLICT, "The upload stands at " + lease.upload().offset());
            }
            return lease.upload().isWaiting() ? finishing.finish(lease) : goOn(lease, piece);
        });
    }

    private Upload goOn(Lease lease, Piece piece) {
        boolean open = lease.upload().length() == null;
        sayLength(lease, piece.length);
        receiving.expect(lease.upload(), piece.bodyLength);
        if (open) {
            receiving.requireRoom(lease.upload(), piece.bodyLength);
        }
        try {
            receiving.receive(lease, piece.body, piece.checksum);
        } catch (Refusal refusal) {
            if (refusal.code == Code.FILE_TOO_LARGE) {
                finishing.fail(lease, refusal);
            }
            throw refusal;
        }
        return lease.upload().isWaiting() ? finishing.finish(lease) : lease.upload();
    }

    /** The upload as it stands; if all was there when something went wrong, it is finished now. */
    Upload look(long ownerId, UUID id) {
        Upload upload = rows.find(ownerId, id).orElseThrow(() -> new Refusal(Code.UPLOAD_NOT_FOUND));
        if (!upload.isWaiting()) {
            return upload;
        }
        try {
            return writing(ownerId, id, lease -> lease.upload().isWaiting() ? finishing.finish(lease) : lease.upload());
        } catch (Refusal refusal) {
            Upload now = rows.find(ownerId, id).orElseThrow(() -> refusal);
            if (now.state() == Upload.State.RECEIVING) {
                throw refusal;
            }
            return now;
        }
    }

    /**
     * Whatever takes bytes or makes a file of them: one at a time for each upload, and so many at once altogether.
     *
     * @throws Refusal as {@link Lease#take} and {@link Arrivals#begin} do
     */
    Upload writing(long ownerId, UUID id, Function<Lease, Upload> work) {
        try (Lease lease = Lease.take(rows, ownerId, id)) {
            Arrivals.Arrival arrival = arrivals.begin(ownerId);
            try {
                return work.apply(lease);
            } finally {
                arrival.close();
            }
        }
    }

    /** Gives an upload up. A file that a message has taken stays. */
    void end(long ownerId, UUID id) {
        Upload upload = rows.find(ownerId, id).orElseThrow(() -> new Refusal(Code.UPLOAD_NOT_FOUND));
        if (upload.state() == Upload.State.RECEIVING) {
            try (Lease lease = Lease.take(rows, ownerId, id)) {
                finishing.fail(lease, new Refusal(Code.UPLOAD_ENDED));
            }
        } else {
            finishing.takeBack(upload);
        }
        rows.end(id);
    }

    private void sayLength(Lease lease, @Nullable Long length) {
        Upload upload = lease.upload();
        if (length == null || length.equals(upload.length())) {
            return;
        }
        if (upload.length() != null || length < upload.offset()) {
            throw new Refusal(Code.BAD_REQUEST, "Upload-Length does not fit what was said or sent before");
        }
        receiving.checkLength(length);
        lease.expect(length);
    }
}
