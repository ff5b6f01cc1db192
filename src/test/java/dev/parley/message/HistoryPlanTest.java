package dev.parley.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import javax.sql.DataSource;

import jakarta.inject.Inject;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.parley.account.Users;
import dev.parley.testsupport.LargeTables;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.Plans;
import dev.parley.testsupport.Plans.Plan;
import dev.parley.testsupport.QuietSchedule;
import io.quarkus.scheduler.Scheduler;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;

/** A long history costs no more to read at its first message than at its last. */
@QuarkusTest
class HistoryPlanTest {

    private static final long LENGTH = Long.getLong("parley.test.history", 200_000);
    /** Eight-KiB blocks: a page of fifty and the ways down its index. */
    private static final int MOST_BLOCKS = 120;

    @TestHTTPResource("/")
    URI base;
    @Inject
    DataSource database;
    @Inject
    Scheduler jobs;
    @Inject
    Users users;
    private QuietSchedule schedule;
    private Person alice;
    private long room;

    @BeforeEach
    void aLongHistory() throws SQLException {
        alice = Person.register(base, "Alice");
        room = alice.group("Long");
        LargeTables tables = new LargeTables(database);
        tables.lengthen(List.of(room), alice, 0, LENGTH);
        tables.run("analyze chat_messages");
        schedule = QuietSchedule.of(jobs, database);
    }

    @AfterEach
    void jobsGoOn() {
        schedule.close();
    }

    @Test
    void everyWayToReadCostsTheSameAtBothEndsAndSortsNothing() {
        for (long end : List.of(1L, LENGTH / 2, LENGTH)) {
            assertCheap("/messages?page=" + ((LENGTH - end) / 50 + 1));
            assertCheap("/messages?before=" + (end + 1));
            assertCheap("/messages?after=" + (end - 1));
            assertCheap("/changes?limit=50&since=" + end);
        }
    }

    /** Three blocks a hundred messages, and one way down: the whole room would be a hundred times that. */
    @Test
    void aSearchLooksAtAPartOfTheHistoryAtATime() {
        for (long before : List.of(LENGTH + 1, LENGTH / 2)) {
            String path = "/messages?search=never+said&before=" + before;
            List<Plan> asked = Plans.asked(() -> alice.get("/api/chat/rooms/" + room + path).expect(200));
            Plan search = asked.stream().filter(plan -> plan.sql().contains("from chat_messages")).findFirst().orElseThrow();
            assertThat(search.scanned()).as(path).isEmpty();
            assertThat(search.mostRead()).as(path).isLessThanOrEqualTo(2_000);
            assertThat(search.blocks()).as("blocks read for %s: %s", path, search.root()).isLessThan(300);
        }
    }

    @Test
    void whoSaidWhatIsAskedOnceHoweverManyTheyAre() {
        List<Person> people = IntStream.range(0, 30).mapToObj(i -> Person.register(base, "Speaker " + i)).toList();
        long many = alice.group("Many", people.toArray(Person[]::new));
        for (Person person : people) {
            person.post("/api/chat/rooms/" + many + "/messages", Map.of("content", "I am " + person.id)).expect(201);
            person.post("/api/chat/rooms/" + many + "/read", Map.of()).expect(200);
        }
        for (String path : List.of("/messages", "/changes?since=0")) {
            people.forEach(person -> users.forget(person.id));
            assertThat(Plans.asked(() -> alice.get("/api/chat/rooms/" + many + path).expect(200)))
                    .as("statements of " + path).hasSizeLessThanOrEqualTo(12);
        }
    }

    private void assertCheap(String path) {
        List<Plan> asked = Plans.asked(() -> alice.get("/api/chat/rooms/" + room + path).expect(200));
        assertThat(asked).as("statements of " + path).hasSizeLessThanOrEqualTo(8)
                .noneMatch(plan -> plan.sql().contains("offset $") || plan.sql().contains("count("));
        Plan history = asked.stream().filter(plan -> plan.sql().contains("from chat_messages")).findFirst().orElseThrow();
        history.each(node -> {
            assertThat(node.get("Node Type").asText()).as(path).isNotEqualTo("Seq Scan").doesNotContain("Sort");
            assertThat(node.path("Rows Removed by Filter").asLong()).as(path).isZero();
        });
        assertThat(history.rows()).as(path).isBetween(0L, 51L);
        assertThat(history.blocks()).as("blocks read for %s: %s", path, history.root()).isLessThan(MOST_BLOCKS);
    }
}
