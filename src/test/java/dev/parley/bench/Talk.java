package dev.parley.bench;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.HdrHistogram.Histogram;

import dev.parley.testsupport.Person;

/**
 * People talking: every frame that everybody gets is counted, and belongs to a sender's unbroken series of numbers, so that
 * what is lost, comes twice or comes in another order is noticed. Used on the swarm's thread but for what is volatile.
 */
final class Talk {

    private static final byte[] FIELD = "\"content\":\"#".getBytes(StandardCharsets.US_ASCII);
    private static final String FILLING = "x".repeat(80);

    /** Somebody's socket in a room. */
    private final class Seat implements Peer.Ear {

        final int room;
        /** Which sender of the room this is, -1 for who only listens. */
        final int voice;
        final long roomId;
        /** By sender: the last number heard. */
        final int[] heard;
        Peer peer;
        int said;
        boolean joined;

        Seat(int room, long roomId, int voice, int voices) {
            this.room = room;
            this.roomId = roomId;
            this.voice = voice;
            this.heard = new int[voices];
        }

        void speak() {
            said++;
            sent++;
            peer.send(
                    ("{\"type\":\"send_message\",\"data\":{\"room_id\":" + roomId + ",\"message_type\":\"text\",\"content\":\"#"
                            + voice + "," + said + "," + System.nanoTime() + "," + FILLING + "\"}}")
                            .getBytes(StandardCharsets.US_ASCII));
        }

        @Override
        public void hear(Peer from, byte[] bytes, int at, int end) {
            int field = find(bytes, at, Math.min(end, at + 200));
            if (field < 0) {
                joined = joined || new String(bytes, at, end - at, StandardCharsets.UTF_8).contains("\"type\":\"joined\"");
                if (new String(bytes, at, Math.min(end - at, 20), StandardCharsets.UTF_8).contains("\"error\"")) {
                    errors++;
                }
                return;
            }
            place = field + FIELD.length;
            int who = (int) number(bytes);
            int which = (int) number(bytes);
            long when = number(bytes);
            deliveries++;
            if (which <= heard[who]) {
                doubled++;
            } else {
                lost += which - heard[who] - 1;
                heard[who] = which;
            }
            if (measuring && when >= begun) {
                latency.recordValue(Math.min(System.nanoTime() - when, TimeUnit.MINUTES.toNanos(1)));
                if (who == voice) {
                    acknowledged++;
                }
            }
            if (who == voice && closed && !stopped) {
                speak();
            }
        }
    }

    private final Swarm swarm;
    private final List<Seat> seats = new ArrayList<>();
    private final List<Seat> speakers = new ArrayList<>();
    private final int[] voices;
    private final boolean closed;
    private final Histogram latency = new Histogram(TimeUnit.MINUTES.toNanos(1), 3);
    private int place;
    private volatile long deliveries;
    private volatile long sent;
    private volatile long acknowledged;
    private volatile long errors;
    private volatile boolean measuring;
    private volatile long begun;
    private volatile boolean stopped;
    private long lost;
    private long doubled;

    /** @param closed whether everybody speaks again as soon as they have heard themselves */
    Talk(Swarm swarm, List<Long> rooms, List<List<Person>> members, int speakersARoom, boolean closed) {
        this.swarm = swarm;
        this.closed = closed;
        this.voices = new int[rooms.size()];
        for (int room = 0; room < rooms.size(); room++) {
            voices[room] = speakersARoom;
            int voice = 0;
            for (Person member : members.get(room)) {
                Seat seat = new Seat(room, rooms.get(room), voice < speakersARoom ? voice : -1, speakersARoom);
                seat.peer = swarm.open("/api/chat/ws?token=" + member.token + "&room_id=" + rooms.get(room), seat);
                seats.add(seat);
                if (voice++ < speakersARoom) {
                    speakers.add(seat);
                }
            }
        }
        seats.forEach(seat -> seat.peer.opened.join());
        await("everybody has joined", () -> seats.stream().allMatch(seat -> seat.joined));
    }

    /** From now on, what is said counts for latency. */
    void measure() {
        swarm.execute(() -> {
            latency.reset();
            begun = System.nanoTime();
            measuring = true;
        });
    }

    /** Everybody speaks once, and in a closed loop goes on. */
    void begin() {
        swarm.execute(() -> speakers.forEach(Seat::speak));
    }

    /** So many messages a second in turn, for a while. */
    void speak(int rate, double seconds) {
        long first = System.nanoTime();
        for (int i = 0; i < rate * seconds; i++) {
            Seat next = speakers.get(i % speakers.size());
            LockSupport.parkNanos(first + i * 1_000_000_000L / rate - System.nanoTime());
            swarm.execute(next::speak);
        }
    }

    long deliveries() {
        return deliveries;
    }

    /**
     * What became of it.
     *
     * @param lost messages that somebody did not get, and those refused
     * @param latency nanoseconds from the sender's call to each receiver's
     */
    record Outcome(long sent, long deliveries, long lost, long doubled, Histogram latency) {
    }

    /** Waits until everything said has come to everybody, or for half a minute. */
    Outcome end() {
        stopped = true;
        measuring = false;
        long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (missing() > 0 && System.nanoTime() < patience) {
            LockSupport.parkNanos(20_000_000);
        }
        // A moment longer, for what comes twice.
        LockSupport.parkNanos(200_000_000);
        return new Outcome(sent, deliveries, lost + missing() + errors, doubled, latency.copy());
    }

    private long missing() {
        int[][] said = new int[voices.length][];
        for (int room = 0; room < voices.length; room++) {
            said[room] = new int[voices[room]];
        }
        speakers.forEach(seat -> said[seat.room][seat.voice] = seat.said);
        long missing = 0;
        for (Seat seat : seats) {
            for (int voice = 0; voice < seat.heard.length; voice++) {
                missing += said[seat.room][voice] - seat.heard[voice];
            }
        }
        return missing;
    }

    static void await(String what, java.util.function.BooleanSupplier condition) {
        long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > patience) {
                throw new AssertionError("Not within a minute: " + what);
            }
            LockSupport.parkNanos(10_000_000);
        }
    }

    private static int find(byte[] bytes, int from, int to) {
        for (int at = from; at + FIELD.length < to; at++) {
            int matched = 0;
            while (matched < FIELD.length && bytes[at + matched] == FIELD[matched]) {
                matched++;
            }
            if (matched == FIELD.length) {
                return at;
            }
        }
        return -1;
    }

    /** The next number, and the comma after it. */
    private long number(byte[] bytes) {
        long number = 0;
        while (bytes[place] != ',') {
            number = number * 10 + bytes[place++] - '0';
        }
        place++;
        return number;
    }
}
