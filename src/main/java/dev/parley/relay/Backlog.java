package dev.parley.relay;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.configuration.MemorySize;

/**
 * What waits for all the clients together that do not read: each has a bound of its own, but many together would take all
 * the memory there is. Those for whom most waits go first. Used on any thread.
 */
@Singleton
public class Backlog {

    private static final int PART_OF_HEAP = 4;

    private final long most;
    /** Bytes, without those of whoever is ending, which are as good as gone. */
    private final AtomicLong waiting = new AtomicLong();
    private final Map<Reader, Waiting> readers = new ConcurrentHashMap<>();
    private final AtomicBoolean choosing = new AtomicBoolean();

    /** Somebody for whom something waits. */
    public interface Reader {

        /** On any thread; what waits is forgotten later, when the reader's own has come to it. */
        void endForSlowness();
    }

    /** What waits for one reader. @param bytes about @param ending whether it was told to end */
    private record Waiting(long bytes, boolean ending) {

        Waiting and(long more) {
            return new Waiting(bytes + more, ending);
        }
    }

    /** What waited for somebody when it was looked at: it changes while they are compared. */
    private record Slow(Reader reader, long bytes) {
    }

    @Inject
    Backlog(RelaySettings settings, MeterRegistry metrics) {
        this(settings.queues().map(MemorySize::asLongValue).orElse(Runtime.getRuntime().maxMemory() / PART_OF_HEAP));
        Gauge.builder("parley.sockets.backlog", waiting, AtomicLong::get).baseUnit("bytes")
                .description("What waits for sockets that do not read").register(metrics);
    }

    Backlog(long most) {
        this.most = most;
    }

    /** So much more waits, or less. */
    public void add(Reader reader, long bytes) {
        Waiting now = readers.compute(reader, (who, before) -> before == null ? new Waiting(bytes, false) : before.and(bytes));
        if (!now.ending && waiting.addAndGet(bytes) > most && bytes > 0 && choosing.compareAndSet(false, true)) {
            try {
                endTheWorst();
            } finally {
                choosing.set(false);
            }
        }
    }

    /** Nothing waits for this one any more. */
    public void forget(Reader reader) {
        Waiting last = readers.remove(reader);
        if (last != null && !last.ending) {
            waiting.addAndGet(-last.bytes);
        }
    }

    /** Enough of them that it does not begin again at once. */
    private void endTheWorst() {
        long excess = waiting.get() - most + most / 10;
        List<Slow> worst = new ArrayList<>();
        readers.forEach((reader, each) -> {
            if (!each.ending) {
                worst.add(new Slow(reader, each.bytes));
            }
        });
        worst.sort(Comparator.comparingLong(Slow::bytes).reversed());
        for (Slow slow : worst) {
            if (excess <= 0) {
                return;
            }
            Waiting ended = readers.computeIfPresent(slow.reader, (who, each) -> new Waiting(each.bytes, true));
            if (ended != null) {
                waiting.addAndGet(-ended.bytes);
                excess -= ended.bytes;
                slow.reader.endForSlowness();
            }
        }
    }
}
