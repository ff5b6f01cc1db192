package dev.parley.room;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import javax.sql.DataSource;

import jakarta.inject.Inject;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.parley.testsupport.Answer;
import dev.parley.testsupport.Form;
import dev.parley.testsupport.LargeTables;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.Plans;
import dev.parley.testsupport.Plans.Plan;
import dev.parley.testsupport.QuietSchedule;
import dev.parley.testsupport.SampleFiles;
import dev.parley.testsupport.Socket;
import io.quarkus.scheduler.Scheduler;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;

/** What things cost does not grow with histories, with somebody's number of rooms, or with how many rooms there are. */
@QuarkusTest
class GrowthTest {

    private static final int ROOMS = 1_000;
    private static final int LENGTH = 100_000;
    private static final int OTHERS = 20_000;
    /** Rows that are read of one table for what concerns one file. */
    private static final long FEW = 200;
    /** A b-tree of a hundred times the rows is one block deeper, and pages are not equally full. */
    private static final double DEEPER = 1.5;

    @TestHTTPResource("/")
    URI base;
    @Inject
    DataSource database;
    @Inject
    Scheduler jobs;
    private QuietSchedule schedule;
    private LargeTables tables;
    private Person busy;
    private Person quiet;
    private Person friend;

    @BeforeAll
    static void largeTables() throws SQLException {
        Plans.asIfTablesWereLarge(true);
    }

    @AfterAll
    static void asTheyAre() throws SQLException {
        Plans.asIfTablesWereLarge(false);
    }

    @BeforeEach
    void somebodyInAThousandRooms() throws SQLException {
        schedule = QuietSchedule.of(jobs, database);
        tables = new LargeTables(database);
        busy = Person.register(base, "Busy");
        quiet = Person.register(base, "Quiet");
        friend = Person.register(base, "Friend");
        tables.rooms(ROOMS, 10, busy, friend);
        tables.analyze();
    }

    @AfterEach
    void jobsGoOn() {
        schedule.close();
    }

    @Test
    void aThousandRoomsWithPreviewsAreOneStatementWhateverElseThereIs() throws SQLException {
        Plan before = roomList();
        tables.rooms(OTHERS, 5, quiet);
        tables.lengthen(tables.roomsOf(busy).subList(0, 100), friend, 10, 500);
        tables.analyze();
        Plan after = roomList();
        assertThat(after.scanned()).as(after.sql()).isEmpty();
        assertThat((double) after.blocks()).as("blocks for %d rooms", ROOMS).isLessThan(before.blocks() * DEEPER)
                .isLessThan(ROOMS * 20);
    }

    /** The statement that lists them; the only one, when the people are known. */
    private Plan roomList() {
        busy.get("/api/chat/rooms").expect(200);
        // What is asked both times: this instance's own jobs come by now and then.
        Set<String> again = Plans.asked(this::list).stream().map(Plan::sql).collect(Collectors.toSet());
        List<Plan> asked = Plans.asked(this::list).stream().filter(plan -> again.contains(plan.sql())).toList();
        assertThat(asked).extracting(Plan::sql).hasSize(1);
        return asked.get(0);
    }

    private void list() {
        JsonNode list = busy.get("/api/chat/rooms").expect(200);
        assertThat(list.get("total").asInt()).isEqualTo(ROOMS);
        for (JsonNode room : list.get("rooms")) {
            assertThat(room.get("members")).hasSize(2);
            assertThat(room.get("unread_count").asLong()).isEqualTo(room.get("last_seq").asLong());
            assertThat(room.at("/last_message/seq")).isEqualTo(room.get("last_seq"));
        }
    }

    @Test
    void aMessageCostsTheSameInALongRoomAndFromSomebodyWithManyRooms() throws SQLException {
        Person alone = Person.register(base, "Alone");
        long fresh = alone.group("Fresh", friend);
        List<Plan> small = cheapestPost(alone, fresh);
        // Compares, inserts, marks as read, numbers: in one journey, with nothing read before.
        assertThat(small).extracting(Plan::sql).hasSize(4).first().asString()
                .contains("select case when count(*) = cardinality");
        long worn = tables.roomsOf(busy).get(0);
        tables.lengthen(List.of(worn), friend, 10, LENGTH);
        tables.rooms(OTHERS, 5, quiet);
        tables.analyze();
        List<Plan> large = cheapestPost(busy, worn);
        assertThat(large).extracting(Plan::sql).isEqualTo(small.stream().map(Plan::sql).toList());
        assertThat((double) blocks(large)).as("blocks: %s", blocks(small)).isLessThan(blocks(small) * DEEPER);
        large.forEach(plan -> assertThat(plan.scanned()).as(plan.sql()).isSubsetOf("service_instances"));
    }

    /** With a key: that it is new shows by the index of keys, without a look. */
    private List<Plan> cheapestPost(Person from, long room) {
        List<Plan> cheapest = null;
        for (int i = 0; i < 8; i++) {
            List<Plan> asked = Plans.asked(() -> from.call("POST", "/api/chat/rooms/" + room + "/messages",
                    Map.of("content", "x"), Map.of("Idempotency-Key", UUID.randomUUID().toString())).expect(201));
            // The first time fills caches and sometimes a page of an index is split.
            cheapest = cheapest == null || blocks(asked) < blocks(cheapest) ? asked : cheapest;
        }
        return cheapest;
    }

    @Test
    void filesAreFoundByTheirKeysHoweverManyThereAre() throws SQLException {
        tables.run("""
                insert into media_attachments (id, owner_id, state, kind, mime_type, size, sha256, original_name, created_at,
                       expires_at, deleted_at)
                select gen_random_uuid(), %d, 'deleted', 'file', 'application/pdf', 1, '\\x00', 'old.pdf', now(), now(), now()
                  from generate_series(1, 5000)""".formatted(friend.id));
        long room = friend.group("Files", busy);
        tables.analyze();
        JsonNode[] posted = new JsonNode[1];
        assertIndexed(() -> posted[0] = friend.post(room, new Form().file(SampleFiles.get("photo.png"))).expect(201));
        URI address = URI.create(posted[0].at("/files_data/0/file_path").asText());
        assertIndexed(() -> busy.get(address.getPath()).expect(200));
        assertIndexed(() -> busy.get("/api/chat/rooms/" + room + "/messages?only=files&before=9").expect(200));
        String[] upload = new String[1];
        assertIndexed(() -> {
            Answer begun = friend.call("POST", "/api/uploads", null, Map.of("Tus-Resumable", "1.0.0", "Upload-Length", "5"));
            begun.expect(201);
            upload[0] = URI.create(begun.headers().firstValue("location").orElseThrow()).getPath();
        });
        assertIndexed(() -> friend.send("PATCH", upload[0], BodyPublishers.ofString("%PDF"),
                "application/offset+octet-stream", "Tus-Resumable", "1.0.0", "Upload-Offset", "0").expect(204));
    }

    private static void assertIndexed(Runnable action) {
        List<Plan> asked = Plans.asked(action);
        assertThat(asked).isNotEmpty().allSatisfy(plan -> {
            assertThat(plan.scanned()).as(plan.sql()).isSubsetOf("service_instances", "instance_users");
            // Nor does it read one through an index from end to end.
            assertThat(plan.mostRead()).as(plan.sql()).isLessThan(FEW);
        });
    }

    @Test
    void anInboxOfAThousandRoomsOpensWithAsFewStatementsAsOneOfOne() {
        Person alone = Person.register(base, "Alone");
        alone.group("Only", friend);
        Map<String, Long> few = opening(alone);
        Map<String, Long> many = opening(busy);
        // Some come a moment later, of this socket or of the witness's.
        many.forEach((sql, times) -> assertThat(times).as(sql).isLessThanOrEqualTo(few.getOrDefault(sql, 0L) + 2));
        assertThat(many.values().stream().mapToLong(times -> times).sum()).isLessThan(20);
    }

    /** The statements of opening and closing an inbox, until friends were told, and how often each was asked. */
    private Map<String, Long> opening(Person person) {
        try (Socket witness = friend.socket()) {
            return Plans.asked(() -> {
                Socket socket = person.socket();
                witness.await(frame -> concerns(frame, person), Duration.ofSeconds(10));
                socket.close();
                witness.await(frame -> concerns(frame, person), Duration.ofSeconds(10));
            }).stream().collect(Collectors.groupingBy(Plan::sql, TreeMap::new, Collectors.counting()));
        }
    }

    private static boolean concerns(JsonNode frame, Person person) {
        return frame.path("type").asText().equals("presence") && frame.at("/data/user_id").asLong() == person.id;
    }

    @Test
    void comingAndGoingOfSomebodyInAThousandRoomsIsOneNoticeEach() throws Exception {
        UUID other = UUID.randomUUID();
        try (Connection connection = database.getConnection(); Statement statement = connection.createStatement()) {
            // Notices are sent while another instance is alive.
            statement.execute("insert into service_instances (id, alive_until) values ('" + other
                    + "', now() + interval '1 hour')");
            statement.execute("listen parley");
            PGConnection channel = connection.unwrap(PGConnection.class);
            try {
                Socket socket = busy.socket();
                List<JsonNode> came = notices(channel, "came");
                socket.close();
                List<JsonNode> went = notices(channel, "went");
                assertThat(came).singleElement().satisfies(notice -> assertThat(notice.toString()).hasSizeLessThan(200));
                assertThat(went).singleElement().satisfies(notice -> assertThat(notice.toString()).hasSizeLessThan(200));
            } finally {
                statement.execute("unlisten *");
                statement.execute("delete from service_instances where id = '" + other + "'");
            }
        }
    }

    /** All notices that name this person, until one says so and a moment longer. */
    private List<JsonNode> notices(PGConnection channel, String how) throws Exception {
        List<JsonNode> named = new ArrayList<>();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        boolean found = false;
        while (System.nanoTime() < end) {
            PGNotification[] heard = channel.getNotifications(300);
            if (found && (heard == null || heard.length == 0)) {
                return named;
            }
            for (PGNotification each : heard == null ? new PGNotification[0] : heard) {
                JsonNode notice = new ObjectMapper().readTree(each.getParameter());
                for (JsonNode id : notice.path(how)) {
                    if (id.asLong() == busy.id) {
                        found = true;
                        named.add(notice);
                    }
                }
            }
        }
        throw new AssertionError("Nothing was told");
    }

    private static long blocks(List<Plan> plans) {
        return plans.stream().mapToLong(Plan::blocks).sum();
    }
}
