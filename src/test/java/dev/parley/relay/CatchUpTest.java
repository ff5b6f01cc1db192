package dev.parley.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import javax.sql.DataSource;

import jakarta.inject.Inject;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.databind.JsonNode;

import dev.parley.backplane.Notices;
import dev.parley.message.History;
import dev.parley.room.Viewer;
import dev.parley.testsupport.LargeTables;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.Socket;
import dev.parley.testsupport.Sql;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;

@QuarkusTest
class CatchUpTest {

    @TestHTTPResource("/")
    URI base;
    @Inject
    History history;
    @Inject
    SessionTools tools;
    @Inject
    DataSource database;
    private Person alice;
    private Person bob;
    private long room;
    private long quiet;

    @BeforeEach
    void aBusyRoomAndAQuietOne() {
        alice = Person.register(base, "Alice");
        bob = Person.register(base, "Bob");
        room = alice.group("Busy", bob);
        quiet = alice.group("Quiet", bob);
    }

    @Test
    void whatWasMissedIsReplayedOnceInOrderInItsLatestState() {
        long kept = alice.post(room, "kept").get("id").asLong();
        long doomed = alice.post(room, "doomed").get("id").asLong();
        long since = version();
        long brief = alice.post(room, "made and deleted meanwhile").get("id").asLong();
        alice.put("/api/chat/messages/" + kept, Map.of("content", "edited")).expect(200);
        long fresh = alice.post(room, "made").get("id").asLong();
        alice.delete("/api/chat/messages/" + brief).expect(200);
        alice.delete("/api/chat/messages/" + doomed).expect(200);
        alice.put("/api/chat/messages/" + fresh, Map.of("content", "made and edited")).expect(200);
        bob.post("/api/chat/rooms/" + room + "/read", Map.of("seq", 2)).expect(200);
        bob.post("/api/chat/rooms/" + room + "/read", Map.of("seq", 3)).expect(200);
        try (Socket socket = bob.socket(quiet)) {
            List<JsonNode> replay = join(socket, since);
            JsonNode joined = replay.removeLast();
            assertThat(replay).extracting(frame -> frame.get("type").asText() + " " + frame.at("/data/content").asText())
                    .containsExactly("message_update edited", "new_message ", "message_deleted ",
                            "new_message made and edited", "message_read ");
            assertThat(replay.get(1).at("/data/is_deleted").asBoolean()).isTrue();
            assertThat(replay.get(4).at("/data/last_read_seq").asLong()).isEqualTo(3);
            assertThat(replay).extracting(frame -> frame.at("/data/version").asLong()).isSorted().doesNotHaveDuplicates();
            assertThat(joined.at("/data/resumed").asBoolean()).isTrue();
            assertThat(joined.at("/data/version").asLong()).isEqualTo(version());
            assertThat(joined.at("/data/last_seq").asLong()).isEqualTo(4);
            assertThat(join(socket, version())).as("nothing was missed").hasSize(1);
        }
    }

    @Test
    void tooMuchIsNotReplayedAndSaysSo() {
        long since = version();
        try (Socket socket = alice.socket(room)) {
            for (int i = 0; i < 1001; i++) {
                socket.send("send_message", Map.of("room_id", room, "content", "m" + i));
            }
            socket.await(frame -> frame.at("/data/seq").asLong() == 1001, Duration.ofSeconds(30));
        }
        try (Socket socket = bob.socket(quiet)) {
            List<JsonNode> heard = join(socket, since);
            assertThat(heard).hasSize(1);
            assertThat(heard.get(0).at("/data/resumed").asBoolean()).isFalse();
            assertThat(heard.get(0).at("/data/last_seq").asLong()).isEqualTo(1001);
            assertThat(join(socket, since + 1)).hasSize(1001);
            assertThat(join(socket, 1L << 50).get(0).at("/data/resumed").asBoolean()).as("a cursor of nowhere").isFalse();
        }
        RoomModel paged = page(since, 100);
        assertThat(paged.size()).isEqualTo(1001);
        paged.assertEqualsPages(bob, true);
    }

    /** However few bytes of it the network takes at once: what may wait for a socket is for those who do not read. */
    @Test
    void whatIsLongIsReplayedToWhoeverReadsAndWhatIsTooLongIsNot() {
        long since = version();
        String long16K = "\uD83D\uDE00".repeat(4_000);
        for (int i = 0; i < 150; i++) {
            alice.post(room, long16K);
        }
        try (Socket socket = bob.socket(quiet)) {
            assertThat(join(socket, since)).hasSize(151).last()
                    .satisfies(joined -> assertThat(joined.at("/data/resumed").asBoolean()).isTrue());
        }
        // Both at once, and nothing is read before.
        try (Socket socket = bob.socket(quiet)) {
            socket.send("join_room", Map.of("room_id", room, "since", since));
            socket.send("join_room", Map.of("room_id", quiet));
            socket.await(frame -> frame.at("/data/room_id").asLong() == quiet && frame.get("type").asText().equals("joined"),
                    Duration.ofSeconds(30));
        }
        for (int i = 0; i < 150; i++) {
            alice.post(room, long16K);
        }
        try (Socket socket = bob.socket(quiet)) {
            assertThat(join(socket, since)).singleElement()
                    .satisfies(joined -> assertThat(joined.at("/data/resumed").asBoolean()).isFalse());
        }
    }

    @Test
    void whatIsTooLongIsNotEvenRead() {
        long since = version();
        alice.post(room, "é".repeat(100));
        alice.post(room, "short");
        Viewer viewer = new Viewer(bob.id, "");
        assertThat(history.replay(viewer, room, since, 100, 204).complete()).isFalse();
        assertThat(history.replay(viewer, room, since, 100, 205).frames()).hasSize(2);
        assertThat(history.replay(viewer, room, since + 1, 100, 5).frames()).hasSize(1);
        bob.post("/api/chat/rooms/" + room + "/read", Map.of("seq", 2)).expect(200);
        assertThat(history.replay(viewer, room, since, 2, 205).complete()).isFalse();
        assertThat(history.replay(viewer, room, since, 3, 205).frames()).hasSize(3);
    }

    @Test
    void whoAsksForManyReplaysAtOnceWaitsForThemAndNobodyElseDoes() throws InterruptedException {
        long since = version();
        alice.post(room, "missed");
        tools.replays.begin(bob.id, Duration.ZERO);
        tools.replays.begin(bob.id, Duration.ZERO);
        try (Socket bobs = bob.socket(quiet); Socket alices = alice.socket(quiet)) {
            bobs.send("join_room", Map.of("room_id", room, "since", since));
            await().until(() -> tools.replays.waiting() == 1);
            assertThat(join(alices, since)).hasSize(2);
            assertThat(tools.replays.waiting()).isEqualTo(1);
            tools.replays.end(bob.id);
            assertThat(bobs.await("joined").at("/data/resumed").asBoolean()).isTrue();
        } finally {
            tools.replays.end(bob.id);
        }
        assertThat(tools.replays.begin(bob.id, Duration.ZERO)).as("its turn is over").isTrue();
        tools.replays.end(bob.id);
    }

    /** It has heard nothing of its other rooms meanwhile. */
    @Test
    void whoCannotJoinForAnOutageHasToComeBack() throws SQLException {
        long since = version();
        alice.post(room, "missed");
        try (Socket socket = bob.socket(quiet);
                Connection holding = database.getConnection();
                Statement statement = holding.createStatement()) {
            holding.setAutoCommit(false);
            statement.execute("lock table chat_messages in access exclusive mode");
            socket.send("join_room", Map.of("room_id", room, "since", since));
            await().until(() -> new Sql(database).number("""
                    select count(pg_terminate_backend(pid)) from pg_stat_activity
                     where pg_blocking_pids(pid) <> '{}' and query like '%read_version%'""") > 0);
            assertThat(socket.closeCode()).isEqualTo(1012);
            holding.rollback();
            holding.setAutoCommit(true);
        }
    }

    /** What was replayed may be told by other instances only then. */
    @Test
    void whoLeavesARoomRightBehindAReplayHearsNothingOfItAgain() throws SQLException {
        try (Socket socket = bob.socket()) {
            // As by an instance that has not been heard yet.
            new LargeTables(database).lengthen(List.of(room), alice, 0, 3);
            assertThat(join(socket, 1)).hasSize(4);
            socket.send("leave_room", Map.of());
            socket.send("ping", Map.of());
            new Sql(database).change("select pg_notify('%s', '{\"from\":\"%s\",\"parcel\":1,\"rooms\":[[%d,2,4,false]]}')"
                    .formatted(Notices.CHANNEL, UUID.randomUUID(), room));
            socket.await("pong");
            alice.post(room, "fresh");
            List<Long> heard = new ArrayList<>();
            socket.await(frame -> {
                if (isOfRoom(frame)) {
                    heard.add(frame.at("/data/version").asLong());
                }
                return frame.at("/data/content").asText().equals("fresh");
            }, Duration.ofSeconds(10));
            assertThat(heard).containsExactly(5L);
        }
    }

    /** A client that comes and goes two hundred times while others post, edit, delete, like, pin and read. */
    @Test
    void nothingIsLostOrDoubledHoweverOftenAClientComesAndGoes() throws Exception {
        long start = version();
        RoomModel model = new RoomModel(room, start);
        AtomicBoolean stop = new AtomicBoolean();
        Random random = new Random(42);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> writers = new ArrayList<>();
            writers.add(threads.submit(() -> scribble(alice, 1, stop)));
            writers.add(threads.submit(() -> scribble(bob, 2, stop)));
            writers.add(threads.submit(() -> scribble(alice, 3, stop)));
            Socket socket = bob.socket(quiet);
            try {
                for (int round = 0; round < 200; round++) {
                    if (round % 7 == 6) {
                        socket.close();
                        socket = bob.socket(quiet);
                    }
                    comeAndGo(socket, model, random.nextInt(12));
                }
            } finally {
                stop.set(true);
                for (Future<?> writer : writers) {
                    writer.get(30, TimeUnit.SECONDS);
                }
            }
            comeAndGo(socket, model, 0);
            socket.close();
        }
        assertThat(model.size()).isGreaterThan(100);
        assertThat(model.version).isEqualTo(version());
        model.assertEqualsPages(bob, true);
        page(start, 7).assertEqualsPages(bob, false);
        page(start, 500).assertEqualsPages(bob, false);
    }

    private void comeAndGo(Socket socket, RoomModel model, int stay) {
        List<JsonNode> replay = join(socket, model.version);
        JsonNode joined = replay.removeLast();
        assertThat(joined.at("/data/resumed").asBoolean()).isTrue();
        replay.forEach(model::replayed);
        assertThat(joined.at("/data/version").asLong()).isGreaterThanOrEqualTo(model.version);
        model.version = joined.at("/data/version").asLong();
        for (int i = 0; i < stay; i++) {
            JsonNode frame = socket.next(Duration.ofMillis(50));
            if (frame != null && isOfRoom(frame)) {
                model.live(frame);
            }
        }
        socket.send("join_room", Map.of("room_id", quiet));
        socket.await(frame -> {
            if (frame.get("type").asText().equals("joined")) {
                return true;
            }
            if (isOfRoom(frame)) {
                model.live(frame);
            }
            return false;
        }, Duration.ofSeconds(10));
    }

    private boolean isOfRoom(JsonNode frame) {
        return frame.at("/data/version").isNumber()
                && (frame.at("/data/room_id").asLong() == room || frame.at("/data/id").asLong() == room);
    }

    private void scribble(Person who, int seed, AtomicBoolean stop) {
        Random random = new Random(seed);
        List<Long> mine = new ArrayList<>();
        while (!stop.get()) {
            int what = random.nextInt(10);
            if (what < 4 || mine.isEmpty()) {
                mine.add(who.post(room, "from " + seed).get("id").asLong());
                continue;
            }
            long id = mine.get(random.nextInt(mine.size()));
            switch (what) {
                case 4, 5 -> who.put("/api/chat/messages/" + id, Map.of("content", "edited " + random.nextInt())).expect(200);
                case 6 -> {
                    who.delete("/api/chat/messages/" + id).expect(200);
                    mine.remove(id);
                }
                case 7 -> who.call(random.nextBoolean() ? "POST" : "DELETE", "/api/chat/messages/" + id + "/like", null,
                        Map.of()).expect(200);
                case 8 -> who.call(random.nextBoolean() ? "POST" : "DELETE", "/api/chat/messages/" + id + "/pin", null,
                        Map.of()).expect(200);
                default -> who.post("/api/chat/rooms/" + room + "/read", null).expect(200);
            }
        }
    }

    /** The replay, and last the joined frame. */
    private List<JsonNode> join(Socket socket, long since) {
        socket.send("join_room", Map.of("room_id", room, "since", since));
        List<JsonNode> frames = new ArrayList<>();
        socket.await(frame -> {
            if (frame.at("/data/version").isNumber()) {
                frames.add(frame);
            }
            return frame.get("type").asText().equals("joined");
        }, Duration.ofSeconds(10));
        return frames;
    }

    private RoomModel page(long since, int limit) {
        RoomModel model = new RoomModel(room, since);
        JsonNode answer;
        do {
            answer = bob.get("/api/chat/rooms/" + room + "/changes?since=" + model.version + "&limit=" + limit).expect(200);
            answer.get("changes").forEach(model::paged);
            assertThat(answer.get("version").asLong()).isGreaterThanOrEqualTo(model.version);
            model.version = answer.get("version").asLong();
        } while (answer.get("has_more").asBoolean());
        return model;
    }

    private long version() {
        return alice.get("/api/chat/rooms/" + room).expect(200).get("version").asLong();
    }
}
