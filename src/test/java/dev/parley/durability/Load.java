package dev.parley.durability;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.databind.JsonNode;

import dev.parley.testsupport.Answer;
import dev.parley.testsupport.Person;

/**
 * Many clients at once: sockets and REST callers that post, edit, delete and like, and readers who send receipts, in every
 * room. What fails, because the server is gone or says no, is left open and not tried again.
 */
final class Load implements AutoCloseable {

    private static final int IN_FLIGHT = 8;
    private static final AtomicInteger LABELS = new AtomicInteger();

    final List<Listener> listeners = new ArrayList<>();
    /** Posts without an answer, to be repeated with the same key. */
    final Queue<Unanswered> unanswered = new ConcurrentLinkedQueue<>();
    /** Answers that no client should get, and mistakes of the clients themselves. */
    final Queue<Throwable> faults = new ConcurrentLinkedQueue<>();
    final AtomicLong acknowledged = new AtomicLong();
    /** The longest that anybody waited for an answer to a post, in nanoseconds. */
    final AtomicLong slowest = new AtomicLong();
    private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
    private final Ledger ledger;
    private volatile boolean stopped;
    private volatile long end = Long.MAX_VALUE;

    record Unanswered(Person person, long room, String label) {
    }

    /** @param posters post in every room; readers only read there */
    Load(Ledger ledger, List<Long> rooms, List<Person> posters, List<Person> readers) {
        this.ledger = ledger;
        for (long room : rooms) {
            readers.forEach(reader -> listeners.add(new Listener(reader, room, ledger)));
            for (Person poster : posters) {
                Listener heard = new Listener(poster, room, ledger);
                listeners.add(heard);
                client(() -> postOnSocket(heard));
                client(() -> postByHttp(poster, room));
            }
            readers.forEach(reader -> client(() -> read(reader, room)));
        }
    }

    private void client(Runnable life) {
        clients.submit(() -> {
            try {
                life.run();
            } catch (RuntimeException | AssertionError wrong) {
                faults.add(wrong);
            }
        });
    }

    private void postOnSocket(Listener listener) {
        List<Story> open = new ArrayList<>();
        try {
            // Answers to what was sent are waited for: the history is at rest afterwards.
            while (listener.socket.isOpen() && !(stopped && open.isEmpty())) {
                open.removeIf(story -> !story.places.isEmpty());
                List<Story> refused = open.stream().filter(story -> listener.refused.contains(story.label)).toList();
                refused.forEach(story -> unanswered.add(new Unanswered(listener.person, story.room, story.label)));
                open.removeAll(refused);
                if (System.nanoTime() > end) {
                    throw new AssertionError("Never answered: " + open.stream().map(story -> story.label).toList());
                }
                if (stopped || open.size() >= IN_FLIGHT) {
                    TimeUnit.MILLISECONDS.sleep(1);
                    continue;
                }
                Story story = ledger.attempt(listener.room, label());
                open.add(story);
                listener.socket.send("send_message", Map.of("room_id", listener.room, "content", story.label,
                        "local_temp_id", story.label, "idempotency_key", story.label)).get(5, TimeUnit.SECONDS);
            }
        } catch (InterruptedException | ExecutionException | TimeoutException gone) {
            // The server was killed: that is what this is for.
        }
        open.forEach(story -> unanswered.add(new Unanswered(listener.person, story.room, story.label)));
    }

    private void postByHttp(Person person, long room) {
        while (!stopped) {
            Story story = ledger.attempt(room, label());
            unanswered.add(new Unanswered(person, room, story.label));
            try {
                if (post(person, room, story.label) == null) {
                    continue;
                }
                unanswered.removeIf(open -> open.label.equals(story.label));
                acknowledged.incrementAndGet();
                change(person, story);
            } catch (UncheckedIOException gone) {
                return;
            }
        }
    }

    /** Posts, or repeats a post with the same key; null when the server says that it cannot now. */
    @Nullable
    JsonNode post(Person person, long room, String label) {
        long start = System.nanoTime();
        Answer answer = person.call("POST", "/api/chat/rooms/" + room + "/messages",
                Map.of("content", label, "local_temp_id", label), Map.of("Idempotency-Key", label));
        slowest.accumulateAndGet(System.nanoTime() - start, Math::max);
        if (answer.status() == 201 || answer.status() == 200) {
            if (!answer.body().get("is_deleted").asBoolean()) {
                ledger.told(answer.body());
            }
            return answer.body();
        }
        if (answer.status() != 503 || !answer.body().path("code").asText().equals("unavailable")) {
            throw new AssertionError("A good post was refused: " + answer);
        }
        return null;
    }

    private void change(Person person, Story story) {
        String path = "/api/chat/messages/" + story.places.iterator().next().id();
        switch (ThreadLocalRandom.current().nextInt(8)) {
            case 0, 1 -> {
                if (person.put(path, Map.of("content", story.edit())).status() == 200) {
                    story.edited();
                }
            }
            case 2 -> {
                story.deleting();
                if (person.delete(path).status() < 300) {
                    story.deleted();
                }
            }
            case 3 -> {
                if (person.post(path + "/like", null).status() < 300) {
                    story.likes.add(person.id);
                }
            }
            default -> {
                // Most messages stay as they are.
            }
        }
    }

    private void read(Person reader, long room) {
        Listener mine = listeners.stream().filter(listener -> listener.person == reader && listener.room == room)
                .findFirst().orElseThrow();
        try {
            while (!stopped) {
                Answer answer = reader.post("/api/chat/rooms/" + room + "/read", Map.of("seq", mine.seq()));
                if (answer.status() == 200) {
                    ledger.read(answer.body());
                }
                TimeUnit.MILLISECONDS.sleep(5);
            }
        } catch (UncheckedIOException | InterruptedException gone) {
            // As above.
        }
    }

    private static String label() {
        return "m" + LABELS.incrementAndGet();
    }

    /** No more requests; returns when every client has seen the end of its last one. Sockets go on listening. */
    void rest() {
        end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        stopped = true;
        clients.close();
    }

    @Override
    public void close() {
        rest();
        listeners.forEach(listener -> listener.socket.close());
    }
}
