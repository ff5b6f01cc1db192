package dev.parley.backplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

import com.fasterxml.jackson.databind.JsonNode;

import dev.parley.testsupport.Answer;
import dev.parley.testsupport.Cluster;
import dev.parley.testsupport.Form;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.Socket;
import dev.parley.testsupport.SocketIo;
import dev.parley.testsupport.Tools;

/** Three processes on one database and one bucket are one service. */
class InstancesIT {

    private static final Duration LONG = Duration.ofSeconds(60);

    private static Cluster cluster;
    private Person alice;
    private Person bob;
    private Person carol;
    private long room;

    @BeforeAll
    static void start() {
        cluster = Cluster.start("instances", 3, Map.of());
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @BeforeEach
    void threePeopleOnThreeInstances() {
        alice = Person.register(cluster.base(0), "Alice");
        bob = Person.register(cluster.base(1), "Bob");
        carol = Person.register(cluster.base(2), "Carol");
        room = alice.group("Everywhere", bob, carol);
    }

    @Test
    void everyFrameReachesEveryInstance() {
        try (Socket a = alice.socket(); Socket b = bob.socket(); Socket c = carol.socket()) {
            awaitOnline(alice, bob, carol);
            List<Socket> all = List.of(a, b, c);
            a.send("send_message", Map.of("room_id", room, "content", "Hello", "local_temp_id", "t1"));
            JsonNode hello = heard(all, "new_message").get("data");
            assertThat(hello.get("content").asText()).isEqualTo("Hello");
            assertThat(hello.get("local_temp_id").asText()).isEqualTo("t1");
            assertThat(hello.has("is_sender")).isFalse();
            long id = hello.get("id").asLong();
            bob.post("/api/chat/messages/" + id + "/like", null).expect(200);
            assertThat(heard(all, "message_update").at("/data/like_count").asInt()).isEqualTo(1);
            carol.post("/api/chat/messages/" + id + "/pin", null).expect(200);
            assertThat(heard(all, "message_update").at("/data/pinned").asBoolean()).isTrue();
            alice.put("/api/chat/messages/" + id, Map.of("content", "Hello all")).expect(200);
            assertThat(heard(all, "message_update").at("/data/content").asText()).isEqualTo("Hello all");
            c.send("mark_read", Map.of("room_id", room));
            assertThat(heard(all, "message_read").at("/data/user_name").asText()).isEqualTo("Carol");
            b.send("typing", Map.of("room_id", room, "is_typing", true));
            assertThat(heard(List.of(a, c), "typing").at("/data/user_id").asLong()).isEqualTo(bob.id);
            alice.patch("/api/chat/rooms/" + room, Map.of("name", "Renamed")).expect(200);
            assertThat(heard(all, "room_update").at("/data/name").asText()).isEqualTo("Renamed");
            JsonNode file = bob.post(room, new Form().file("note.txt", "Words".getBytes())).expect(201);
            JsonNode there = heard(all, "new_message");
            assertThat(there.at("/data/files_data/0/file_name").asText()).isEqualTo("note.txt");
            assertThat(there.at("/data/files_data/0/file_path").asText()).contains("user=");
            bob.delete("/api/chat/messages/" + file.get("id").asLong()).expect(200);
            assertThat(heard(all, "message_deleted").at("/data/id").asLong()).isEqualTo(file.get("id").asLong());
            long direct = alice.room(carol);
            assertThat(heard(List.of(a, c), "room_update").at("/data/id").asLong()).isEqualTo(direct);
        }
    }

    @Test
    void anUploadGoesOnAtWhicheverInstanceItsClientComesTo() {
        byte[] text = "Line by line\n".repeat(1_000_000).getBytes(StandardCharsets.US_ASCII);
        Answer begun = alice.call("POST", "/api/uploads", null, Map.of("Tus-Resumable", "1.0.0", "Upload-Length",
                "" + text.length, "Upload-Metadata", "room_id "
                        + Base64.getEncoder().encodeToString(Long.toString(room).getBytes(StandardCharsets.US_ASCII))));
        begun.expect(201);
        String path = URI.create(begun.headers().firstValue("location").orElseThrow()).getPath();
        int offset = 0;
        for (int i = 1; i <= 3; i++) {
            byte[] piece = Arrays.copyOfRange(text, offset, i == 3 ? text.length : offset + 4_300_000 + i);
            Answer taken = alice.at(cluster.base(i % 3)).send("PATCH", path, BodyPublishers.ofByteArray(piece),
                    "application/offset+octet-stream", "Tus-Resumable", "1.0.0", "Upload-Offset", "" + offset);
            taken.expect(204);
            offset += piece.length;
        }
        JsonNode file = bob.get("/api/chat/rooms/" + room + "/messages").expect(200).at("/messages/0/files_data/0");
        assertThat(file.get("file_size").asInt()).isEqualTo(text.length);
        assertThat(file.get("mime_type").asText()).isEqualTo("text/plain");
    }

    @Test
    void socketIoClientsAreTalkedToFromEveryInstance() {
        try (Socket a = alice.socket();
                SocketIo b = SocketIo.connect(bob, SocketIo.WEBSOCKET);
                SocketIo c = SocketIo.connect(carol, SocketIo.POLLING)) {
            awaitOnline(alice, bob, carol);
            a.send("typing", Map.of("room_id", room, "is_typing", true));
            assertThat(b.await("typing").get("user_id").asLong()).isEqualTo(alice.id);
            assertThat(c.await("typing").get("user_id").asLong()).isEqualTo(alice.id);
            b.emit("send_message", Map.of("conversation_id", Long.toString(room), "content", "from Bob"));
            for (SocketIo each : List.of(b, c)) {
                JsonNode message = each.await("new_message");
                assertThat(message.get("content").asText()).isEqualTo("from Bob");
                assertThat(message.get("sender").asText()).isEqualTo(bob.email);
            }
            assertThat(a.await("new_message").at("/data/content").asText()).isEqualTo("from Bob");
            alice.delete("/api/chat/rooms/" + room + "/members/" + carol.id).expect(204);
            assertThat(c.await("room_update").get("is_member").asBoolean()).isFalse();
            alice.post(room, "among ourselves");
            assertThat(b.await("new_message").get("content").asText()).isEqualTo("among ourselves");
            alice.post(alice.room(carol), "to Carol");
            // What comes next is the later message, not the one before it.
            assertThat(c.await("new_message").get("content").asText()).isEqualTo("to Carol");
        }
    }

    @Test
    void moreRoomsThanANoticeCanNameAreNamedBySeveral() throws Exception {
        List<Long> rooms = roomsWithLongNumbers(450);
        try (Connection database = cluster.connect();
                Statement statement = database.createStatement();
                Connection eavesdropper = cluster.connect();
                Socket c = carol.socket()) {
            awaitOnline(carol);
            Set<Long> heard = ConcurrentHashMap.newKeySet();
            c.listen(frame -> {
                if (frame.get("type").asText().equals("new_message")) {
                    heard.add(frame.at("/data/room_id").asLong());
                }
            });
            eavesdropper.createStatement().execute("listen parley");
            database.setAutoCommit(false);
            statement.execute("select 1 from chat_rooms where id = " + room + " for update");
            // The writer waits for this one, and all the others for the writer.
            CompletableFuture<JsonNode> first = CompletableFuture.supplyAsync(() -> alice.post(room, "first"));
            List<Socket> senders = IntStream.range(0, 5).mapToObj(i -> alice.socket()).toList();
            for (int i = 0; i < rooms.size(); i++) {
                senders.get(i % senders.size()).send("send_message", Map.of("room_id", rooms.get(i), "content", "hello"));
            }
            await().atMost(LONG).until(() -> cluster.instance(0).metric("parley_writer_queue") >= rooms.size());
            database.rollback();
            first.join();
            await().atMost(LONG).untilAsserted(() -> assertThat(heard).containsAll(rooms));
            assertThat(eavesdropper.unwrap(PGConnection.class).getNotifications(1)).extracting(PGNotification::getParameter)
                    .filteredOn(notice -> notice.contains("\"parcel\"")).hasSizeGreaterThan(2)
                    .allMatch(notice -> notice.contains("\"rooms\""));
            senders.forEach(Socket::close);
        }
    }

    /** As of a service that is no longer young: they take more of a notice. */
    private List<Long> roomsWithLongNumbers(int many) throws SQLException {
        long first = 1_000_000_000;
        try (Connection database = cluster.connect(); Statement statement = database.createStatement()) {
            statement.execute("""
                    insert into chat_rooms (id, name, room_type, created_by, version, members_version, info_version)
                    overriding system value
                    select id, 'Room ' || id, 'group', %d, 1, 1, 1 from generate_series(%d, %d) as id"""
                    .formatted(alice.id, first, first + many - 1));
            statement.execute("""
                    insert into chat_participants (room_id, user_id, role, changed_version)
                    select id, u, 'admin', 1 from chat_rooms, unnest(array[%d, %d]) as u where id >= %d"""
                    .formatted(alice.id, carol.id, first));
        }
        return LongStream.range(first, first + many).boxed().toList();
    }

    @Test
    void scheduledWorkIsDoneByOneInstanceAtATime() throws Exception {
        Set<String> before = cluster.stored();
        JsonNode message = alice.post(room, new Form().file("note.txt", "Words".getBytes())).expect(201);
        assertThat(cluster.stored()).hasSize(before.size() + 1);
        try (Connection another = cluster.connect(); Statement statement = another.createStatement()) {
            // As an instance that is about it.
            await().atMost(LONG).until(() -> locked(statement));
            double[] rounds = IntStream.range(0, 3).mapToDouble(InstancesIT::roundsLeftToAnother).toArray();
            alice.delete("/api/chat/messages/" + message.get("id").asLong()).expect(200);
            for (int i = 0; i < 3; i++) {
                int instance = i;
                await().atMost(LONG).until(() -> roundsLeftToAnother(instance) > rounds[instance] + 1);
            }
            assertThat(cluster.stored()).hasSize(before.size() + 1);
        }
        await().atMost(LONG).untilAsserted(() -> assertThat(cluster.stored()).isEqualTo(before));
    }

    private static boolean locked(Statement statement) throws SQLException {
        try (ResultSet row = statement
                .executeQuery("select pg_try_advisory_lock(hashtext('parley'), hashtext('file sweep'))")) {
            return row.next() && row.getBoolean(1);
        }
    }

    private static double roundsLeftToAnother(int instance) {
        return cluster.instance(instance).metric("parley_rounds_total{by=\"another\",work=\"file sweep\"}");
    }

    @Test
    void peopleComeAndGoForEverybody() {
        try (Socket b = bob.socket()) {
            awaitOnline(bob);
            Socket a = alice.socket();
            JsonNode came = b.await(frame -> isPresence(frame, alice, true), LONG);
            assertThat(came.at("/data/user_name").asText()).isEqualTo("Alice");
            assertThat(online(bob)).contains(alice.id);
            assertThat(online(carol)).contains(alice.id, bob.id);
            a.close();
            b.await(frame -> isPresence(frame, alice, false), LONG);
            await().atMost(LONG).untilAsserted(() -> assertThat(online(carol)).doesNotContain(alice.id).contains(bob.id));
        }
    }

    @Test
    void aNewPasswordEndsTheOldSessionsOnEveryInstance() {
        try (Socket a = alice.socket();
                Socket b = alice.at(cluster.base(1)).socket();
                SocketIo c = SocketIo.connect(alice.at(cluster.base(2)), SocketIo.WEBSOCKET)) {
            String token = alice
                    .post("/api/auth/password", Map.of("current_password", Person.PASSWORD, "password", "new words"))
                    .expect(200).get("access_token").asText();
            for (int i = 0; i < 3; i++) {
                // Also where nobody has told of it yet.
                alice.at(cluster.base(i)).with(token).get("/api/auth/me").expect(200);
                alice.at(cluster.base(i)).get("/api/auth/me").expect(401);
            }
            assertThat(a.closeCode()).isEqualTo(4401);
            assertThat(b.closeCode()).isEqualTo(4401);
            c.await("disconnect");
            assertThat(c.await("connect_error").get("message").asText()).isEqualTo("Not authenticated");
        }
    }

    @Test
    void aChangedProfileIsSeenOnEveryInstance() {
        try (Socket c = carol.socket()) {
            awaitOnline(carol);
            alice.post(room, "as Alice");
            assertThat(c.await("new_message").at("/data/sender_details/name").asText()).isEqualTo("Alice");
            alice.patch("/api/auth/me", Map.of("name", "Alix")).expect(200);
            assertThat(c.await(frame -> isPresence(frame, alice, false), LONG).at("/data/user_name").asText())
                    .isEqualTo("Alix");
            await().atMost(LONG).untilAsserted(() -> assertThat(carol.get("/api/chat/search-users?email=" + alice.email)
                    .expect(200).at("/users/0/name").asText()).isEqualTo("Alix"));
            await().atMost(LONG).untilAsserted(() -> assertThat(carol.get("/api/chat/rooms/" + room + "/messages").expect(200)
                    .at("/messages/0/sender_details/name").asText()).isEqualTo("Alix"));
        }
    }

    @Test
    void whoIsRemovedHearsNothingAndLoadsNothingOnAnyInstance() {
        String link = bob.post(room, new Form().file("secret.txt", "Secret".getBytes())).expect(201)
                .at("/files_data/0/id").asText();
        Socket c = carol.socket();
        try (c; Socket b = bob.socket()) {
            awaitOnline(bob, carol);
            assertThat(carol.at(cluster.base(0)).get("/api/files/" + link).status()).isEqualTo(200);
            alice.delete("/api/chat/rooms/" + room + "/members/" + carol.id).expect(204);
            JsonNode told = c.await("room_update");
            assertThat(told.at("/data/is_member").asBoolean()).isFalse();
            for (int i = 0; i < 3; i++) {
                assertThat(carol.at(cluster.base(i)).get("/api/files/" + link).status()).isEqualTo(404);
            }
            alice.post(room, "among ourselves");
            b.await("new_message");
            alice.room(carol);
            // What comes next is the later room, not the message before it.
            assertThat(c.await(frame -> !frame.get("type").asText().equals("presence"), LONG).get("type").asText())
                    .isEqualTo("room_update");
        }
    }

    @Test
    void everybodyHearsOneOrderWithoutGapsWhoeverPostsWhere() throws Exception {
        int each = 100;
        Map<String, List<Long>> versions = new HashMap<>();
        Map<String, List<String>> contents = new HashMap<>();
        List<Person> people = List.of(alice, bob, carol);
        List<Socket> sockets = new ArrayList<>();
        try {
            for (Person person : people) {
                List<Long> seen = new CopyOnWriteArrayList<>();
                List<String> said = new CopyOnWriteArrayList<>();
                versions.put(person.name, seen);
                contents.put(person.name, said);
                Socket socket = person.socket();
                socket.listen(frame -> {
                    if (frame.get("type").asText().equals("new_message")) {
                        seen.add(frame.at("/data/version").asLong());
                        said.add(frame.at("/data/content").asText());
                    }
                });
                sockets.add(socket);
            }
            awaitOnline(alice, bob, carol);
            List<Thread> senders = new ArrayList<>();
            for (int p = 0; p < 3; p++) {
                Socket socket = sockets.get(p);
                String name = people.get(p).name;
                senders.add(Thread.ofPlatform().start(() -> IntStream.range(0, each).forEach(i -> socket
                        .send("send_message", Map.of("room_id", room, "content", name + " " + i)).join())));
            }
            for (Thread sender : senders) {
                sender.join();
            }
            for (Person person : people) {
                await().atMost(LONG).untilAsserted(() -> assertThat(contents.get(person.name)).hasSize(3 * each));
                assertThat(versions.get(person.name)).isSorted().doesNotHaveDuplicates();
                assertThat(contents.get(person.name)).isEqualTo(contents.get("Alice"));
            }
        } finally {
            sockets.forEach(Socket::close);
        }
    }

    @Test
    void aLostListeningConnectionIsMadeAgainAndNothingIsMissed() throws Exception {
        List<String> heard = new CopyOnWriteArrayList<>();
        try (Socket c = carol.socket();
                Connection database = cluster.connect();
                Statement statement = database.createStatement()) {
            awaitOnline(carol);
            c.listen(frame -> {
                if (frame.get("type").asText().equals("new_message")) {
                    heard.add(frame.at("/data/content").asText());
                }
            });
            List<String> said = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                if (i % 20 == 10) {
                    statement.execute(
                            "select pg_terminate_backend(pid) from pg_stat_activity where query ilike 'listen parley%'");
                }
                said.add("m" + i);
                alice.post(room, "m" + i);
            }
            await().atMost(LONG).untilAsserted(() -> assertThat(heard).hasSize(said.size()));
            assertThat(heard).isEqualTo(said);
        }
    }

    @Test
    void aStoppedInstanceThatWasTakenForDeadTellsItsSocketsWhatTheyMissed() throws Exception {
        List<Long> versions = new CopyOnWriteArrayList<>();
        List<String> heard = new CopyOnWriteArrayList<>();
        try (Socket c = carol.socket(); Socket b = bob.socket()) {
            awaitOnline(bob, carol);
            c.listen(frame -> {
                if (frame.at("/data/room_id").asLong() == room && frame.get("type").asText().equals("new_message")) {
                    versions.add(frame.at("/data/version").asLong());
                    heard.add(frame.at("/data/content").asText());
                }
            });
            alice.post(room, "before");
            await().atMost(LONG).until(() -> heard.size() == 1);
            signal("STOP");
            try {
                // Its death is told, which is when nothing is sent to it any more.
                b.await(frame -> isPresence(frame, carol, false), LONG);
                for (int i = 0; i < 5; i++) {
                    alice.post(room, "while it stood " + i);
                }
            } finally {
                signal("CONT");
            }
            alice.post(room, "after");
            await().atMost(LONG).untilAsserted(() -> assertThat(heard).hasSize(7));
            assertThat(heard.getLast()).isEqualTo("after");
            assertThat(versions).isSorted().doesNotHaveDuplicates();
            b.await(frame -> isPresence(frame, carol, true), LONG);
        }
    }

    /** Its acknowledgement comes by its room, a notice later than its commit. */
    @Test
    void whoSendsAndMovesOnAtOnceIsAcknowledged() {
        long other = alice.group("Other", bob);
        try (Socket socket = alice.socket()) {
            for (int i = 0; i < 20; i++) {
                String label = "moving on " + i;
                socket.send("send_message", Map.of("room_id", room, "content", label, "local_temp_id", label));
                if (i % 4 == 3) {
                    socket.send("leave_room", Map.of());
                } else {
                    socket.send("join_room", Map.of("room_id", i % 2 == 0 ? other : room));
                }
                socket.await(frame -> frame.at("/data/local_temp_id").asText().equals(label), LONG);
            }
        }
    }

    @Test
    void whoIsRemovedAndAddedAgainHearsNoChangeTwice() {
        List<Long> versions = new CopyOnWriteArrayList<>();
        try (Socket c = carol.socket()) {
            awaitOnline(carol);
            c.listen(frame -> {
                if (frame.get("type").asText().equals("room_update") && frame.at("/data/id").asLong() == room) {
                    versions.add(frame.at("/data/version").asLong());
                }
            });
            for (int i = 0; i < 10; i++) {
                alice.delete("/api/chat/rooms/" + room + "/members/" + carol.id).expect(204);
                alice.post("/api/chat/rooms/" + room + "/members", Map.of("user_ids", List.of(carol.id))).expect(200);
            }
            long last = alice.get("/api/chat/rooms/" + room).expect(200).get("version").asLong();
            await().atMost(LONG).until(() -> versions.contains(last));
            assertThat(versions).isSorted().doesNotHaveDuplicates();
        }
    }

    @Test
    void aRoomThatIsMadeWhileAnInstanceStandsStillIsHeardFromItsBeginning() throws Exception {
        try (Socket c = carol.socket()) {
            awaitOnline(carol);
            long fresh;
            signal("STOP");
            try {
                fresh = alice.group("Fresh", carol);
                alice.post(fresh, "first");
                alice.patch("/api/chat/rooms/" + fresh, Map.of("name", "Renamed at once")).expect(200);
                alice.post(fresh, "second");
            } finally {
                signal("CONT");
            }
            List<String> heard = new ArrayList<>();
            c.await(frame -> {
                if (frame.at("/data/room_id").asLong() == fresh || frame.at("/data/id").asLong() == fresh) {
                    heard.add(frame.get("type").asText() + " " + frame.at("/data/version").asLong());
                }
                return frame.at("/data/content").asText().equals("second");
            }, LONG);
            assertThat(heard).containsExactly("room_update 1", "new_message 2", "room_update 3", "new_message 4");
        }
    }

    private static void signal(String name) {
        Tools.signal(name, List.of(cluster.instance(2).process().toHandle()));
    }

    /** On every instance: what comes before somebody is known to listen need not reach them. */
    private static void awaitOnline(Person... people) {
        for (Person person : people) {
            for (int i = 0; i < 3; i++) {
                Person there = person.at(cluster.base(i));
                await().atMost(LONG).until(() -> there.get("/api/auth/me").expect(200).get("is_online").asBoolean());
            }
        }
    }

    private static List<Long> online(Person person) {
        List<Long> ids = new ArrayList<>();
        person.get("/api/chat/online-users").expect(200).get("users").forEach(user -> ids.add(user.get("id").asLong()));
        return ids;
    }

    private static boolean isPresence(JsonNode frame, Person who, boolean online) {
        return frame.get("type").asText().equals("presence") && frame.at("/data/user_id").asLong() == who.id
                && frame.at("/data/is_online").asBoolean() == online;
    }

    /** The same frame at all of them; returns it. */
    private static JsonNode heard(List<Socket> sockets, String type) {
        List<JsonNode> frames = sockets.stream().map(socket -> socket.await(type)).toList();
        assertThat(frames)
                .allSatisfy(frame -> assertThat(frame.at("/data/version")).isEqualTo(frames.get(0).at("/data/version")));
        return frames.get(0);
    }
}
