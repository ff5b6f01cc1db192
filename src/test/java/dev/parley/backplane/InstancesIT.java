package dev.parley.backplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.databind.JsonNode;

import dev.parley.testsupport.Cluster;
import dev.parley.testsupport.Form;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.Socket;

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
        cluster = Cluster.start("instances", 3);
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
            a.send("send_message", Map.of("room_id", room, "content", "Hello", "local_temp_id", "t1"));
            long id = 0;
            for (Socket each : List.of(a, b, c)) {
                JsonNode message = each.await("new_message").get("data");
                assertThat(message.get("content").asText()).isEqualTo("Hello");
                assertThat(message.get("local_temp_id").asText()).isEqualTo("t1");
                assertThat(message.has("is_sender")).isFalse();
                id = message.get("id").asLong();
            }
            bob.post("/api/chat/messages/" + id + "/like", null).expect(200);
            assertThat(heard(a, c, "message_update").at("/data/like_count").asInt()).isEqualTo(1);
            alice.put("/api/chat/messages/" + id, Map.of("content", "Hello all")).expect(200);
            assertThat(heard(b, c, "message_update").at("/data/content").asText()).isEqualTo("Hello all");
            c.send("mark_read", Map.of("room_id", room));
            assertThat(heard(a, b, "message_read").at("/data/user_name").asText()).isEqualTo("Carol");
            b.send("typing", Map.of("room_id", room, "is_typing", true));
            assertThat(heard(a, c, "typing").at("/data/user_id").asLong()).isEqualTo(bob.id);
            alice.patch("/api/chat/rooms/" + room, Map.of("name", "Renamed")).expect(200);
            assertThat(heard(b, c, "room_update").at("/data/name").asText()).isEqualTo("Renamed");
            JsonNode file = bob.post(room, new Form().file("files", "note.txt", "Words".getBytes())).expect(201);
            JsonNode there = heard(a, c, "new_message");
            assertThat(there.at("/data/files_data/0/file_name").asText()).isEqualTo("note.txt");
            assertThat(there.at("/data/files_data/0/file_path").asText()).contains("user=");
            bob.delete("/api/chat/messages/" + file.get("id").asLong()).expect(200);
            assertThat(heard(a, c, "message_deleted").at("/data/id").asLong()).isEqualTo(file.get("id").asLong());
            long direct = alice.room(carol);
            assertThat(c.await("room_update").at("/data/id").asLong()).isEqualTo(direct);
        }
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
    void aChangedProfileIsSeenOnEveryInstance() {
        try (Socket c = carol.socket()) {
            awaitOnline(carol);
            alice.post(room, "as Alice");
            assertThat(c.await("new_message").at("/data/sender_details/name").asText()).isEqualTo("Alice");
            alice.patch("/api/auth/me", Map.of("name", "Alix")).expect(200);
            await().atMost(LONG).untilAsserted(() -> assertThat(carol.get("/api/chat/search-users?email=" + alice.email)
                    .expect(200).at("/users/0/name").asText()).isEqualTo("Alix"));
            await().atMost(LONG).untilAsserted(() -> assertThat(carol.get("/api/chat/rooms/" + room + "/messages").expect(200)
                    .at("/messages/0/sender_details/name").asText()).isEqualTo("Alix"));
        }
    }

    @Test
    void whoIsRemovedHearsNothingAndLoadsNothingOnAnyInstance() {
        String link = bob.post(room, new Form().file("files", "secret.txt", "Secret".getBytes())).expect(201)
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
            signal("-STOP");
            try {
                // Its death is told, which is when nothing is sent to it any more.
                b.await(frame -> isPresence(frame, carol, false), LONG);
                for (int i = 0; i < 5; i++) {
                    alice.post(room, "while it stood " + i);
                }
            } finally {
                signal("-CONT");
            }
            alice.post(room, "after");
            await().atMost(LONG).untilAsserted(() -> assertThat(heard).hasSize(7));
            assertThat(heard.getLast()).isEqualTo("after");
            assertThat(versions).isSorted().doesNotHaveDuplicates();
            b.await(frame -> isPresence(frame, carol, true), LONG);
        }
    }

    private static void signal(String signal) throws Exception {
        String pid = Long.toString(cluster.instance(2).process().pid());
        assertThat(new ProcessBuilder("kill", signal, pid).start().waitFor()).isZero();
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

    /** The same frame at both; returns it. */
    private static JsonNode heard(Socket one, Socket other, String type) {
        JsonNode first = one.await(type);
        assertThat(other.await(type).at("/data/version")).isEqualTo(first.at("/data/version"));
        return first;
    }
}
