package dev.parley.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.databind.JsonNode;

import dev.parley.testsupport.Person;
import dev.parley.testsupport.Socket;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;

/** Unread counts, receipts and is_read under random operations, compared with a model of a few lines. */
@QuarkusTest
class UnreadTest {

    private static final int OPERATIONS = Integer.getInteger("parley.test.operations", 2_500);
    private static final long SEED = Long.getLong("parley.test.seed", 20_260_101L);

    @TestHTTPResource("/")
    URI base;

    private record Said(long id, Person sender, boolean[] deleted) {
    }

    private static final class Model {

        final long id;
        final boolean group;
        final List<Said> said = new ArrayList<>();
        /** Members to how far they have read. */
        final Map<Person, Long> read = new HashMap<>();
        /** Those who were added later, to the newest message then. */
        final Map<Person, Long> joined = new HashMap<>();

        Model(long id, boolean group, Person... members) {
            this.id = id;
            this.group = group;
            for (Person member : members) {
                read.put(member, 0L);
            }
        }

        long lastSeq() {
            return said.size();
        }

        /** Whoever joined later starts with nothing unread, and has read nothing. */
        long readers(long seq) {
            Person sender = said.get((int) seq - 1).sender;
            return read.entrySet().stream().filter(each -> each.getKey() != sender && each.getValue() >= seq
                    && joined.getOrDefault(each.getKey(), 0L) < seq).count();
        }
    }

    private final Random random = new Random(SEED);
    private final List<Person> people = new ArrayList<>();
    private final List<Model> rooms = new ArrayList<>();

    @Test
    void countsNeverDriftFromTheModel() {
        for (int i = 0; i < 5; i++) {
            people.add(Person.register(base, "Person " + i));
        }
        Person admin = people.get(0);
        rooms.add(new Model(admin.room(people.get(1)), false, admin, people.get(1)));
        rooms.add(new Model(admin.group("One", people.get(1), people.get(2)), true, admin, people.get(1), people.get(2)));
        rooms.add(new Model(admin.group("Two"), true, admin));
        for (int i = 0; i < OPERATIONS; i++) {
            Model room = any(rooms);
            Person who = any(people);
            switch (random.nextInt(20)) {
                case 0, 1 -> add(room, admin, who);
                case 2 -> leave(room, admin, who);
                case 3 -> remove(room, admin, who);
                case 4, 5 -> delete(room, who);
                case 6, 7, 8, 9, 10 -> read(room, who);
                default -> post(room, who);
            }
            if (i % 5 == 0) {
                checkUnread(who, i);
            }
            if (i % 100 == 99) {
                for (Person each : people) {
                    checkUnread(each, i);
                    checkPages(each, i);
                }
            }
        }
        assertThat(rooms).allMatch(room -> room.lastSeq() > 50);
    }

    @Test
    void aChangedMessageIsToldWithThoseWhoHaveReadItAndAreStillThere() {
        Person ann = Person.register(base, "Ann");
        Person ben = Person.register(base, "Ben");
        Person cleo = Person.register(base, "Cleo");
        long room = ann.group("Three", cleo);
        String members = "/api/chat/rooms/" + room + "/members";
        String like = "/api/chat/messages/" + ann.post(room, "before Ben").get("id").asLong() + "/like";
        cleo.post("/api/chat/rooms/" + room + "/read", null).expect(200);
        ann.post(members, Map.of("user_ids", List.of(ben.id))).expect(200);
        try (Socket socket = ann.socket(room)) {
            ann.post(like, null).expect(200);
            assertThat(socket.await("message_update").at("/data/read_count").asInt()).isEqualTo(1);
            ann.delete(members + "/" + cleo.id).expect(204);
            ann.delete(like).expect(200);
            assertThat(socket.await("message_update").at("/data/read_count").asInt()).isZero();
        }
    }

    private void post(Model room, Person who) {
        var answer = who.post("/api/chat/rooms/" + room.id + "/messages", Map.of("content", "x"));
        if (!room.read.containsKey(who)) {
            answer.expect(404);
            return;
        }
        JsonNode message = answer.expect(201);
        room.said.add(new Said(message.get("id").asLong(), who, new boolean[1]));
        assertThat(message.get("seq").asLong()).isEqualTo(room.lastSeq());
        room.read.put(who, room.lastSeq());
    }

    private void read(Model room, Person who) {
        boolean all = random.nextInt(3) == 0;
        long seq = random.nextLong(room.lastSeq() + 3);
        var answer = who.post("/api/chat/rooms/" + room.id + "/read", all ? null : Map.of("seq", seq));
        if (!room.read.containsKey(who)) {
            answer.expect(404);
            return;
        }
        long now = Math.max(room.read.get(who), all ? room.lastSeq() : Math.min(seq, room.lastSeq()));
        room.read.put(who, now);
        assertThat(answer.expect(200).get("last_read_seq").asLong()).isEqualTo(now);
    }

    private void add(Model room, Person admin, Person who) {
        var answer = admin.post("/api/chat/rooms/" + room.id + "/members", Map.of("user_ids", List.of(who.id)));
        if (!room.group) {
            answer.expect(400);
            return;
        }
        answer.expect(200);
        if (room.read.putIfAbsent(who, room.lastSeq()) == null) {
            room.joined.put(who, room.lastSeq());
        }
    }

    private void leave(Model room, Person admin, Person who) {
        if (who == admin) {
            return;
        }
        var answer = who.delete("/api/chat/rooms/" + room.id + "/members/" + who.id);
        if (!room.read.containsKey(who)) {
            answer.expect(404);
        } else if (!room.group) {
            answer.expect(400);
        } else {
            answer.expect(204);
            room.read.remove(who);
        }
    }

    private void remove(Model room, Person admin, Person who) {
        if (who == admin || !room.group || !room.read.containsKey(who)) {
            return;
        }
        admin.delete("/api/chat/rooms/" + room.id + "/members/" + who.id).expect(204);
        room.read.remove(who);
    }

    private void delete(Model room, Person who) {
        if (room.said.isEmpty()) {
            return;
        }
        Said said = any(room.said);
        if (said.sender == who && room.read.containsKey(who) && !said.deleted[0]) {
            who.delete("/api/chat/messages/" + said.id).expect(200);
            said.deleted[0] = true;
        }
    }

    private void checkUnread(Person who, int step) {
        Map<Long, Long> expected = new TreeMap<>();
        for (Model room : rooms) {
            Long read = room.read.get(who);
            if (read != null && read < room.lastSeq()) {
                expected.put(room.id, room.lastSeq() - read);
            }
        }
        JsonNode unread = who.get("/api/chat/unread-count").expect(200);
        Map<Long, Long> found = new TreeMap<>();
        unread.get("rooms").forEach(room -> found.put(room.get("room_id").asLong(), room.get("unread_count").asLong()));
        assertThat(found).as("step %d", step).isEqualTo(expected);
        assertThat(unread.get("unread_count").asLong()).isEqualTo(expected.values().stream().mapToLong(n -> n).sum());
    }

    private void checkPages(Person who, int step) {
        for (JsonNode room : who.get("/api/chat/rooms").expect(200).get("rooms")) {
            Model model = rooms.stream().filter(each -> each.id == room.get("id").asLong()).findFirst().orElseThrow();
            assertThat(room.get("unread_count").asLong()).isEqualTo(model.lastSeq() - model.read.get(who));
            assertThat(room.get("last_read_seq").asLong()).isEqualTo(model.read.get(who));
            if (model.lastSeq() > 0) {
                assertThat(room.at("/last_message/read_count").asLong()).isEqualTo(model.readers(model.lastSeq()));
            }
            room.get("members").forEach(member -> assertThat(member.get("last_read_seq").asLong()).isEqualTo(
                    model.read.entrySet().stream().filter(each -> each.getKey().id == member.get("id").asLong())
                            .findFirst().orElseThrow().getValue()));
            for (JsonNode message : who.get("/api/chat/rooms/" + model.id + "/messages?per_page=100").expect(200)
                    .get("messages")) {
                long seq = message.get("seq").asLong();
                Said said = model.said.get((int) seq - 1);
                long readers = model.readers(seq);
                assertThat(message.get("read_count").asLong()).as("step %d, %s", step, message).isEqualTo(readers);
                assertThat(message.get("is_read").asBoolean()).isEqualTo(readers > 0);
                assertThat(message.get("is_deleted").asBoolean()).isEqualTo(said.deleted[0]);
                assertThat(message.get("is_sender").asBoolean()).isEqualTo(said.sender == who);
            }
        }
    }

    private <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }
}
