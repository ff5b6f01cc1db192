package dev.parley.room;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.sql.Connection;
import java.sql.ResultSet;
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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.parley.testsupport.Answer;
import dev.parley.testsupport.BulkRooms;
import dev.parley.testsupport.Form;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.Plans;
import dev.parley.testsupport.Plans.Plan;
import dev.parley.testsupport.SampleFiles;
import dev.parley.testsupport.Socket;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;

/** What things cost does not grow with histories, with somebody's number of rooms, or with how many rooms there are. */
@QuarkusTest
class GrowthTest {

    private static final int ROOMS = 1_000;
    private static final int LENGTH = 100_000;
    private static final int OTHERS = 20_000;
    /** Rows that are read of one table for what concerns one room; and for what concerns all of somebody's. */
    private static final long FEW = 200;
    private static final long INBOX = 3 * ROOMS;
    /** A b-tree of a hundred times the rows is one block deeper, and pages are not equally full. */
    private static final double DEEPER = 1.5;

    @TestHTTPResource("/")
    URI base;
    @Inject
    DataSource database;
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
        busy = Person.register(base, "Busy");
        quiet = Person.register(base, "Quiet");
        friend = Person.register(base, "Friend");
        rooms(ROOMS, 10, busy, friend);
        analyze();
    }

    @Test
    void aThousandRoomsWithPreviewsAreOneStatementWhateverElseThereIs() throws SQLException {
        Plan before = roomList();
        rooms(OTHERS, 5, quiet);
        lengthen(roomsOf(busy).subList(0, 100), 10, 500);
        analyze();
        Plan after = roomList();
        assertThat(after.scanned()).as(after.sql()).isEmpty();
        assertThat((double) after.blocks()).as("blocks for %d rooms", ROOMS).isLessThan(before.blocks() * DEEPER)
                .isLessThan(ROOMS * 20);
    }

    /** The statement that lists them; the only one, when the people are known. */
    private Plan roomList() {
        busy.get("/api/chat/rooms").expect(200);
        // What is asked both times: this instance's own jobs come by now and then.
        Set<String> again = asked(this::list).stream().map(Plan::sql).collect(Collectors.toSet());
        List<Plan> asked = asked(this::list).stream().filter(plan -> again.contains(plan.sql())).toList();
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
                .startsWith("select case when count(*) = cardinality");
        long worn = roomsOf(busy).get(0);
        lengthen(List.of(worn), 10, LENGTH);
        rooms(OTHERS, 5, quiet);
        analyze();
        List<Plan> large = cheapestPost(busy, worn);
        assertThat(large).extracting(Plan::sql).isEqualTo(small.stream().map(Plan::sql).toList());
        assertThat((double) blocks(large)).as("blocks: %s", blocks(small)).isLessThan(blocks(small) * DEEPER);
        large.forEach(plan -> assertThat(plan.scanned()).as(plan.sql()).isSubsetOf("service_instances"));
    }

    /** With a key: that it is new shows by the index of keys, without a look. */
    private List<Plan> cheapestPost(Person from, long room) {
        List<Plan> cheapest = null;
        for (int i = 0; i < 8; i++) {
            List<Plan> asked = asked(() -> from.call("POST", "/api/chat/rooms/" + room + "/messages",
                    Map.of("content", "x"), Map.of("Idempotency-Key", UUID.randomUUID().toString())).expect(201));
            // The first time fills caches and sometimes a page of an index is split.
            cheapest = cheapest == null || blocks(asked) < blocks(cheapest) ? asked : cheapest;
        }
        return cheapest;
    }

    @Test
    void whatIsAskedAllTheTimeScansNoTable() throws SQLException {
        rooms(OTHERS, 5, quiet);
        bulk("insert into users (email, name) select gen_random_uuid() || '@example.org', 'Somebody' from"
                + " generate_series(1, 5000)");
        bulk("insert into user_presence (user_id, last_seen) select id, now() from users on conflict do nothing");
        long room = roomsOf(busy).get(0);
        lengthen(List.of(room), 10, LENGTH);
        analyze();
        String path = "/api/chat/rooms/" + room;
        long message = friend.post(room, "read me").get("id").asLong();
        assertIndexed(FEW, () -> busy.get(path + "/changes?since=" + (LENGTH - 20)).expect(200));
        assertIndexed(FEW, () -> busy.get(path).expect(200));
        for (String page : List.of("", "?page=1000", "?before=5000", "?after=5000", "?only=pinned&before=5000",
                "?only=files&before=5000")) {
            assertIndexed(FEW, () -> busy.get(path + "/messages" + page).expect(200));
        }
        assertIndexed(FEW, () -> busy.post(path + "/read", null).expect(200));
        assertIndexed(FEW, () -> busy.post("/api/chat/messages/" + message + "/like", null).expect(200));
        assertIndexed(FEW, () -> friend.put("/api/chat/messages/" + message, Map.of("content", "read this")).expect(200));
        assertIndexed(FEW, () -> friend.post(path + "/messages", Map.of("content", "so", "reply_to", message)).expect(201));
        Map<String, String> key = Map.of("Idempotency-Key", UUID.randomUUID().toString());
        friend.call("POST", path + "/messages", Map.of("content", "once"), key).expect(201);
        assertIndexed(FEW, () -> friend.call("POST", path + "/messages", Map.of("content", "once"), key).expect(200));
        assertIndexed(FEW, () -> friend.post("/api/chat/messages/" + message + "/pin", null).expect(200));
        assertIndexed(FEW, () -> friend.delete("/api/chat/messages/" + message).expect(200));
        assertIndexed(INBOX, () -> {
            try (Socket socket = busy.socket(room)) {
                socket.send("send_message", Map.of("room_id", room, "content", "x"));
                socket.await("new_message");
            }
        });
        assertIndexed(INBOX, () -> busy.get("/api/chat/unread-count").expect(200));
        assertIndexed(INBOX, () -> busy.get("/api/chat/online-users").expect(200));
        // Part of a name may be anywhere in it.
        assertIndexed(Long.MAX_VALUE, () -> busy.get("/api/chat/search-users?email=" + friend.email).expect(200), "users",
                "user_presence");
    }

    @Test
    void filesAreFoundByTheirKeysHoweverManyThereAre() throws SQLException {
        bulk("""
                insert into media_attachments (id, owner_id, state, kind, mime_type, size, sha256, original_name, created_at,
                       expires_at, deleted_at)
                select gen_random_uuid(), %d, 'deleted', 'file', 'application/pdf', 1, '\\x00', 'old.pdf', now(), now(), now()
                  from generate_series(1, 5000)""".formatted(friend.id));
        long room = friend.group("Files", busy);
        analyze();
        JsonNode[] posted = new JsonNode[1];
        assertIndexed(FEW, () -> posted[0] = friend.post(room, new Form().file(SampleFiles.get("photo.png"))).expect(201));
        URI address = URI.create(posted[0].at("/files_data/0/file_path").asText());
        assertIndexed(FEW, () -> busy.get(address.getPath()).expect(200));
        assertIndexed(FEW, () -> busy.get("/api/chat/rooms/" + room + "/messages?only=files&before=9").expect(200));
        String[] upload = new String[1];
        assertIndexed(FEW, () -> {
            Answer begun = friend.call("POST", "/api/uploads", null, Map.of("Tus-Resumable", "1.0.0", "Upload-Length", "5"));
            begun.expect(201);
            upload[0] = URI.create(begun.headers().firstValue("location").orElseThrow()).getPath();
        });
        assertIndexed(FEW, () -> friend.send("PATCH", upload[0], BodyPublishers.ofString("%PDF"),
                "application/offset+octet-stream", "Tus-Resumable", "1.0.0", "Upload-Offset", "0").expect(204));
    }

    /** @param most rows that one statement may read of one table */
    private void assertIndexed(long most, Runnable action, String... exceptions) {
        List<String> allowed = new ArrayList<>(List.of(exceptions));
        // A row for each instance; and for each person who is online.
        allowed.addAll(List.of("service_instances", "instance_users"));
        List<Plan> asked = asked(action);
        assertThat(asked).isNotEmpty().allSatisfy(plan -> {
            assertThat(plan.scanned()).as(plan.sql()).isSubsetOf(allowed);
            // Nor does it read one through an index from end to end.
            assertThat(plan.mostRead()).as(plan.sql()).isLessThan(most);
            assertThat(plan.sql()).doesNotContainIgnoringCase("count(*) from chat_messages");
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
            return asked(() -> {
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

    /** Without what this instance asks by itself. */
    private List<Plan> asked(Runnable action) {
        return Plans.during(action).stream()
                .filter(plan -> !plan.sql().contains("alive_until = excluded") && !plan.sql().contains("with dead as")
                        && !plan.sql().contains("file_jobs"))
                .toList();
    }

    private static long blocks(List<Plan> plans) {
        return plans.stream().mapToLong(Plan::blocks).sum();
    }

    private List<Long> roomsOf(Person person) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select room_id from chat_participants where user_id = " + person.id
                        + " order by 1")) {
            List<Long> ids = new ArrayList<>();
            while (rows.next()) {
                ids.add(rows.getLong(1));
            }
            return ids;
        }
    }

    private void rooms(int count, int length, Person... people) throws SQLException {
        bulk(connection -> BulkRooms.make(connection, count, length, people));
    }

    private void lengthen(List<Long> rooms, int from, int to) throws SQLException {
        String ids = rooms.toString().replace('[', '{').replace(']', '}');
        bulk("""
                insert into chat_messages (id, room_id, seq, version, created_version, sender_id, message_type, content,
                       created_at)
                select (1::bigint << 44) + r * 1000000 + s, r, s, s + 1, s + 1, %d, 'text', 'message ' || s, now()
                  from unnest('%s'::bigint[]) r, generate_series(%d, %d) s""".formatted(friend.id, ids, from + 1, to));
        bulk("update chat_rooms set last_seq = %d, version = %d where id = any('%s')".formatted(to, to + 1, ids));
    }

    private void analyze() throws SQLException {
        bulk("analyze");
    }

    private void bulk(String sql) throws SQLException {
        bulk(connection -> BulkRooms.run(connection, sql));
    }

    private interface Work {
        void on(Connection connection) throws SQLException;
    }

    private void bulk(Work work) throws SQLException {
        try (Connection connection = database.getConnection()) {
            connection.setNetworkTimeout(Runnable::run, 120_000);
            work.on(connection);
            connection.setNetworkTimeout(Runnable::run, 5_000);
        }
    }
}
