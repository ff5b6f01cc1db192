package dev.parley.durability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import com.fasterxml.jackson.databind.JsonNode;

import dev.parley.durability.HistoryChecker.Verdict;
import dev.parley.testsupport.Person;

/**
 * Loads, strikes, and compares what everybody was told with what is there.
 *
 * @param posters post in every room; readers only read there
 * @param afterwards where somebody turns to when it is over
 * @param log for the message of a failure
 */
record Trial(Ledger ledger, List<Person> posters, List<Person> readers, List<Long> rooms,
        UnaryOperator<Person> afterwards, Supplier<String> log) {

    interface Disaster {
        void strike(Load load) throws Exception;
    }

    /** Returns the longest that anybody waited for an answer to a post. */
    Duration withstand(Disaster disaster) {
        List<CatchUp> views = rooms.stream().map(room -> new CatchUp(afterwards.apply(readers.getFirst()), room)).toList();
        Load load = new Load(ledger, rooms, posters, readers);
        List<long[]> starts = load.listeners.stream()
                .map(listener -> new long[] { listener.room, listener.firstVersion, listener.firstSeq }).toList();
        int enough = 100 + ThreadLocalRandom.current().nextInt(200);
        await().atMost(Duration.ofSeconds(60)).until(() -> load.acknowledged.get() > enough && allHaveRead());
        try {
            disaster.strike(load);
        } catch (Exception failure) {
            throw new AssertionError(failure);
        }
        load.rest();
        assertThat(load.faults).isEmpty();
        load.listeners.forEach(this::hearsTheEnd);
        load.close();
        assertThat(load.listeners).allSatisfy(listener -> assertThat(listener.disorder()).isEmpty());
        for (int i = 0; i < rooms.size(); i++) {
            long room = rooms.get(i);
            List<Row> history = faithful(views.get(i), room);
            long[] start = starts.stream().filter(each -> each[0] == room).findFirst().orElseThrow();
            views.get(i).check(start[1], start[2], history);
            for (Listener listener : load.listeners) {
                if (listener.room == room) {
                    new CatchUp(afterwards.apply(listener.person), room).check(listener.version(), listener.seq(), history);
                }
            }
            checkReceipts(room, views.get(i).check(0, 0, history));
        }
        load.unanswered.forEach(open -> assertThat(load.post(afterwards.apply(open.person()), open.room(), open.label()))
                .isNotNull());
        for (int i = 0; i < rooms.size(); i++) {
            long room = rooms.get(i);
            List<Row> history = faithful(views.get(i), room);
            long sent = ledger.stories().stream().filter(story -> story.room == room).count();
            assertThat(history).as("every message once, after repeating those without an answer").hasSize((int) sent);
        }
        return Duration.ofNanos(load.slowest.get());
    }

    /** Or there is no receipt yet that could be lost. */
    private boolean allHaveRead() {
        return rooms.stream().allMatch(room -> readers.stream().allMatch(reader -> ledger.lastRead(room, reader.id) > 0));
    }

    /** Whoever's socket outlived it has heard of everything. */
    private void hearsTheEnd(Listener listener) {
        String room = "/api/chat/rooms/" + listener.room;
        await().atMost(Duration.ofSeconds(20)).until(() -> !listener.socket.isOpen() || listener
                .version() == afterwards.apply(listener.person).get(room).expect(200).get("version").asLong());
    }

    private List<Row> faithful(CatchUp view, long room) {
        List<Row> history = view.history();
        Verdict verdict = HistoryChecker.check(ledger, room, history, view.total());
        assertThat(verdict.isClean()).as("room %d of %d messages: %s\n%s", room, history.size(), verdict, log.get()).isTrue();
        return history;
    }

    private void checkReceipts(long room, List<JsonNode> frames) {
        for (Person reader : readers) {
            long told = ledger.lastRead(room, reader.id);
            assertThat(frames).as("the receipt of %s", reader.name)
                    .anyMatch(frame -> frame.get("type").asText().equals("message_read")
                            && frame.at("/data/user_id").asLong() == reader.id
                            && frame.at("/data/last_read_seq").asLong() >= told);
        }
    }
}
