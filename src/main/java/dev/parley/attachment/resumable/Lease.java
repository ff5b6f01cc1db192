package dev.parley.attachment.resumable;

import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import dev.parley.attachment.PartialStore.Held;
import dev.parley.problem.Code;
import dev.parley.problem.Refusal;

/**
 * The right to write one upload, which is one request's at a time. It lapses when it is not renewed in time, so that a
 * request that stands still, or whose instance is gone, keeps nobody waiting for long; and it notices when it has.
 */
final class Lease implements AutoCloseable {

    private final UploadRows rows;
    private final UUID writer = UUID.randomUUID();
    private Upload upload;
    private volatile long renewed;

    private Lease(UploadRows rows, long ownerId, UUID id) {
        this.rows = rows;
        this.renewed = System.nanoTime();
        this.upload = rows.lock(ownerId, id, writer).orElseThrow(() -> reason(rows, ownerId, id));
    }

    /**
     * @throws Refusal {@link Code#UPLOAD_NOT_FOUND} when it is not theirs either, {@link Code#UPLOAD_ENDED},
     *         {@link Code#LOCKED} when another request has it
     */
    static Lease take(UploadRows rows, long ownerId, UUID id) {
        return new Lease(rows, ownerId, id);
    }

    private static Refusal reason(UploadRows rows, long ownerId, UUID id) {
        Upload there = rows.find(ownerId, id).orElseThrow(() -> new Refusal(Code.UPLOAD_NOT_FOUND));
        return switch (there.state()) {
            case RECEIVING -> new Refusal(Code.LOCKED, Code.LOCKED.sentence, 1);
            case FINISHED -> new Refusal(Code.CONFLICT, "All of this upload is here already");
            case FAILED -> ended(there);
        };
    }

    static Refusal ended(Upload upload) {
        Upload.Failure error = upload.error();
        return new Refusal(Code.UPLOAD_ENDED, error == null ? Code.UPLOAD_ENDED.sentence : error.detail());
    }

    Upload upload() {
        return upload;
    }

    /** To be asked before every write: whether it is still this request's turn. */
    void hold() {
        if (System.nanoTime() - renewed > rows.lease().toNanos() / 2) {
            renew();
        }
    }

    /** Goes on with a length that the database hears of with the next bytes: lest it takes a rest for the last part. */
    void expect(long length) {
        upload = upload.withLength(length);
    }

    /** Remembers what is held, and goes on. */
    Upload save(Held held, @Nullable Long length) {
        return changed(rows.save(upload.id(), writer, held, length));
    }

    Upload stored(UUID attachment) {
        return changed(rows.stored(upload.id(), writer, attachment));
    }

    Upload finish(@Nullable Long message) {
        return changed(rows.finish(upload.id(), writer, message));
    }

    Upload fail(Refusal why) {
        return changed(rows.fail(upload.id(), writer, why));
    }

    /** Holds it for as long as something takes that does not ask. */
    <T> T during(Supplier<T> work) {
        CountDownLatch done = new CountDownLatch(1);
        Thread.startVirtualThread(() -> {
            try {
                while (!done.await(rows.lease().toMillis() / 3, TimeUnit.MILLISECONDS)) {
                    renew();
                }
            } catch (Refusal lost) {
                // Whoever works hears of it when it wants to say what came of it.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        try {
            return work.get();
        } finally {
            done.countDown();
        }
    }

    private void renew() {
        long now = System.nanoTime();
        if (!rows.renew(upload.id(), writer)) {
            throw new Refusal(Code.LOCKED, Code.LOCKED.sentence, 1);
        }
        renewed = now;
    }

    private Upload changed(Optional<Upload> now) {
        long asked = System.nanoTime();
        upload = now.orElseThrow(() -> new Refusal(Code.LOCKED, Code.LOCKED.sentence, 1));
        renewed = asked;
        return upload;
    }

    @Override
    public void close() {
        rows.unlock(upload.id(), writer);
    }
}
