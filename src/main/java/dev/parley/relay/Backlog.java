package dev.parley.relay;

import java.util.Comparator;
import java.util.List;
import java.util.Set;
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
    private final AtomicLong waiting = new AtomicLong();
    private final Set<Reader> readers = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean choosing = new AtomicBoolean();

    /** Somebody for whom something waits. */
    public interface Reader {

        /** Bytes, about. */
        long waiting();

        /** On any thread. */
        void endForSlowness();
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
        if (bytes > 0) {
            readers.add(reader);
        }
        if (waiting.addAndGet(bytes) > most && bytes > 0 && choosing.compareAndSet(false, true)) {
            try {
                endTheWorst();
            } finally {
                choosing.set(false);
            }
        }
    }

    /** Nothing waits for this one any more. */
    public void forget(Reader reader, long bytes) {
        readers.remove(reader);
        waiting.addAndGet(-bytes);
    }

    /** Enough of them that it does not begin again at once. */
    private void endTheWorst() {
        long excess = waiting.get() - most + most / 10;
        List<Reader> worst = readers.stream().sorted(Comparator.comparingLong(Reader::waiting).reversed()).toList();
        for (Reader reader : worst) {
            if (excess <= 0) {
                return;
            }
            excess -= reader.waiting();
            readers.remove(reader);
            reader.endForSlowness();
        }
    }
}
