package dev.parley.attachment;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

import jakarta.inject.Singleton;

import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import dev.parley.attachment.jobs.FileWork;
import dev.parley.attachment.privacy.Metadata;
import dev.parley.problem.Code;
import dev.parley.problem.Refusal;
import dev.parley.rate.Rates;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.narayana.jta.QuarkusTransaction;

/**
 * Takes files: bytes to a temporary place while they are counted, then what they are, then what they tell of
 * their maker is taken out, then the store. The row is there before the object, so that a crash between the two leaves
 * nothing that nobody knows of.
 */
@Singleton
public class Uploads {

    private static final Logger LOG = Logger.getLogger(Uploads.class);

    private final Spool spool;
    private final ObjectStore store;
    private final FileLimits limits;
    private final Arrivals arrivals;
    private final Rates rates;
    private final NewFiles rows;
    private final FileWork work;
    private final Counter received;

    Uploads(Spool spool, ObjectStore store, FileLimits limits, Arrivals arrivals, Rates rates, NewFiles rows, FileWork work,
            MeterRegistry metrics) {
        this.spool = spool;
        this.store = store;
        this.limits = limits;
        this.arrivals = arrivals;
        this.rates = rates;
        this.rows = rows;
        this.work = work;
        this.received = Counter.builder("parley.files.received").baseUnit("bytes")
                .description("Bytes of files that were stored").register(metrics);
    }

    /** Counts a request with files in, as {@link Arrivals#begin} does: before its body is read. */
    Arrivals.Arrival begin(long ownerId) {
        return arrivals.begin(ownerId);
    }

    /** Stores a file for a message to take, within the limits of the core. */
    public Attachment receive(long ownerId, InputStream bytes, String name, @Nullable Double claimed) {
        return receive(ownerId, bytes, name, claimed, limits.allowance());
    }

    /**
     * Stores a file for a message to take. Blocks; no transaction is open while bytes move.
     *
     * @param bytes read to its end unless the file is refused; not closed
     * @param claimed seconds that the client says it lasts, taken when the bytes do not tell
     * @throws Refusal {@link Code#FILE_TOO_LARGE}, {@link Code#TYPE_NOT_ALLOWED}, {@link Code#EMPTY_FILE},
     *         {@link Code#QUOTA_EXCEEDED}, and when the store does not answer or is full
     */
    public Attachment receive(long ownerId, InputStream bytes, String name, @Nullable Double claimed, Allowance allowed) {
        rates.upload(ownerId);
        try (Spooled spooled = spool.take(bytes, allowed::early)) {
            return receive(ownerId, spooled, name, claimed, allowed, 0);
        }
    }

    /**
     * The same for a file that has arrived already; the caller closes it.
     *
     * @param counted bytes of it that its owner's quota has counted as arriving
     */
    public Attachment receive(long ownerId, Spooled spooled, String name, @Nullable Double claimed, Allowance allowed,
            long counted) {
        try {
            Recognised what = Recogniser.of(spooled.file());
            if (what.type() == FileType.UNKNOWN && !allowed.anyType()) {
                throw FileType.notAllowed(List.of(Kind.values()));
            }
            if (spooled.size() > allowed.of(what.kind())) {
                throw Spool.tooLarge(allowed.of(what.kind()));
            }
            Spooled welcome = stripped(spooled, what.type());
            Attachment file = pending(ownerId, name, welcome, what, claimed, counted);
            try {
                store.put(file.storageKey, welcome, file.mimeType);
            } catch (RuntimeException e) {
                // A store that did not answer may have taken it all the same: the sweeper sees to that.
                discard(List.of(file.id));
                throw e;
            }
            ready(file);
            received.increment(welcome.size());
            return file;
        } catch (IOException e) {
            throw Trouble.with(requireNonNull(spooled.file().getParent()), e);
        }
    }

    /** Refuses a file before its bytes come: of somebody who sends too many, or has no room for it. */
    public void admit(long ownerId, long size) {
        rates.upload(ownerId);
        requireRoom(ownerId, size);
    }

    /** @throws Refusal {@link Code#QUOTA_EXCEEDED} when its owner has no room for so many bytes more */
    public void requireRoom(long ownerId, long size) {
        rows.requireRoom(ownerId, size);
    }

    private Spooled stripped(Spooled spooled, FileType type) throws IOException {
        boolean wanted = !limits.keepMetadata() && Metadata.isRemovedFrom(type);
        return wanted && Metadata.remove(spooled.own(), type) ? spooled.edited() : spooled;
    }

    /** Stores a picture of its owner, which nobody's message may take. */
    Attachment receiveAvatar(long ownerId, InputStream bytes, String name) {
        Attachment picture;
        try {
            picture = receive(ownerId, bytes, name, null);
        } catch (Refusal refusal) {
            throw refusal.code == Code.TYPE_NOT_ALLOWED ? FileType.notAllowed(List.of(Kind.IMAGE)) : refusal;
        }
        if (!picture.kind.equals(Kind.IMAGE.id())) {
            discard(List.of(picture.id));
            throw FileType.notAllowed(List.of(Kind.IMAGE));
        }
        return picture;
    }

    /** Takes the client's word, in seconds, for sound and video whose bytes do not tell how long they last. */
    public void claim(List<Attachment> files, double seconds) {
        for (Attachment file : files) {
            if (file.duration == null && plausible(seconds, Kind.of(file.kind)) != null) {
                file.duration = seconds;
                QuarkusTransaction.requiringNew().run(() -> Attachment.update("duration = ?1 where id = ?2", seconds, file.id));
            }
        }
    }

    /**
     * Forgets files that no message took, since something else went wrong: why must not be hidden by what goes wrong here.
     * What cannot be forgotten now, the sweeper forgets once its time is over.
     */
    public void discard(Collection<UUID> files) {
        if (files.isEmpty()) {
            return;
        }
        try {
            rows.forget(files);
        } catch (RuntimeException later) {
            LOG.debugf("Files that no message took go later: %s", later.getMessage());
        }
    }

    /**
     * Forgets somebody's own file that no message took; any other stays.
     *
     * @return whether there was such a file
     */
    public boolean withdraw(long ownerId, UUID file) {
        return rows.withdraw(ownerId, file);
    }

    private void ready(Attachment file) {
        boolean works = work.has(file);
        boolean waited = works ? QuarkusTransaction.requiringNew().call(() -> readyWithWork(file)) : rows.ready(file.id);
        if (!waited) {
            // It took so long that the sweeper has come by before there were bytes, and took the row along.
            store.delete(file.storageKey);
            throw new Refusal(Code.STORE_UNAVAILABLE);
        }
        file.state = Attachment.READY;
        if (works) {
            work.wake();
        }
    }

    private boolean readyWithWork(Attachment file) {
        boolean pending = rows.ready(file.id);
        if (pending) {
            work.stored(file);
        }
        return pending;
    }

    private Attachment pending(long ownerId, String name, Spooled spooled, Recognised what, @Nullable Double claimed,
            long counted) {
        Attachment file = new Attachment();
        file.id = UUID.randomUUID();
        file.ownerId = ownerId;
        file.state = Attachment.PENDING;
        file.kind = what.kind().id();
        file.mimeType = what.type().mime;
        file.size = spooled.size();
        file.width = what.width();
        file.height = what.height();
        file.duration = what.duration() != null ? what.duration() : plausible(claimed, what.kind());
        file.originalName = FileName.of(name);
        file.storageKey = ObjectStore.newKey();
        // As the database keeps it, or the first answer would differ from all later ones.
        file.createdAt = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        work.begin(file);
        rows.add(file, counted);
        return file;
    }

    /** What a client claims; null when that is no number, which is never a reason to refuse a file. */
    public static @Nullable Double claimed(@Nullable String seconds) {
        try {
            return seconds == null ? null : Double.valueOf(seconds);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static @Nullable Double plausible(@Nullable Double claimed, Kind kind) {
        boolean lasts = kind == Kind.VOICE || kind == Kind.VIDEO;
        return lasts && claimed != null && claimed >= 0 && claimed < 1e7 ? claimed : null;
    }
}
