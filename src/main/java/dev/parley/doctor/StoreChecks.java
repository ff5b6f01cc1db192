package dev.parley.doctor;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import dev.parley.attachment.DataDirectory;
import dev.parley.attachment.ObjectStore;
import dev.parley.attachment.Spool;
import dev.parley.attachment.Spooled;
import dev.parley.doctor.Check.Finding;
import dev.parley.doctor.Check.State;
import dev.parley.problem.Refusal;

/** Whether files can be stored, read in part and removed, and whether there is room for what arrives. */
@Singleton
class StoreChecks implements Checks {

    private static final byte[] PROBE = "Parley was here.\n".repeat(4096).getBytes(StandardCharsets.UTF_8);
    private static final int FROM = 1000;
    private static final int LENGTH = 500;
    private static final Duration SKEWED = Duration.ofSeconds(30);
    /** RequestTimeTooSkewed, https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
    private static final Duration REFUSED = Duration.ofMinutes(15);
    private static final double GIB = 1 << 30;
    private static final long LITTLE = 1L << 30;

    private final ObjectStore store;
    private final Spool spool;
    private final DataDirectory data;

    StoreChecks(ObjectStore store, Spool spool, DataDirectory data) {
        this.store = store;
        this.spool = spool;
        this.data = data;
    }

    @Override
    public List<Check> run() {
        return List.of(Check.of("store", this::roundTrip),
                Check.of("store_clock", () -> clock(store.clockAhead().orElse(null))),
                Check.of("disk", this::room));
    }

    private Finding roundTrip() throws IOException {
        try {
            return tried(ObjectStore.newKey());
        } catch (Refusal refused) {
            // What a client may read says neither why nor what to set.
            Throwable why = refused.getCause();
            return new Finding(State.FAILED, why == null ? refused.detail() : String.valueOf(why.getMessage()));
        }
    }

    private Finding tried(String key) throws IOException {
        try (Spooled probe = spool.take(new ByteArrayInputStream(PROBE), PROBE.length)) {
            store.put(key, probe.file(), "text/plain");
            try (InputStream part = store.read(key, FROM, LENGTH)) {
                byte[] expected = Arrays.copyOfRange(PROBE, FROM, FROM + LENGTH);
                if (!Arrays.equals(part.readAllBytes(), expected)) {
                    return new Finding(State.FAILED, "The store gives back other bytes than it was given.");
                }
            }
        } finally {
            store.delete(key);
        }
        if (store.inventory().holds(key)) {
            return new Finding(State.FAILED, "The store keeps what it was told to delete.");
        }
        return new Finding(State.OK, "An object was stored, read in part and deleted.");
    }

    /** @param ahead null when nobody tells */
    static Finding clock(@Nullable Duration ahead) {
        if (ahead == null) {
            return new Finding(State.OK, "The store has no clock of its own.");
        }
        String said = String.format(Locale.ROOT, "The store's clock differs from the server's by %d s.", ahead.toSeconds());
        String advice = said + " Signed requests are refused from 15 minutes on: let both follow the same time (NTP).";
        return ahead.abs().compareTo(REFUSED) >= 0 ? new Finding(State.FAILED, advice)
                : ahead.abs().compareTo(SKEWED) > 0 ? new Finding(State.WARNING, advice) : new Finding(State.OK, said);
    }

    private Finding room() throws IOException {
        FileStore disk = Files.getFileStore(data.temporary().getFirst());
        long left = disk.getUsableSpace();
        String said = String.format(Locale.ROOT, "%.1f GiB of %.1f GiB are left where uploads arrive.", left / GIB,
                disk.getTotalSpace() / GIB);
        return left < LITTLE ? new Finding(State.WARNING, said + " Ten large files at once fill that.")
                : new Finding(State.OK, said);
    }
}
