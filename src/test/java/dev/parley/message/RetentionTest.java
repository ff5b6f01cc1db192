package dev.parley.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

import javax.sql.DataSource;

import jakarta.inject.Inject;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.databind.JsonNode;

import dev.parley.room.Answers;
import dev.parley.room.Writer;
import dev.parley.testsupport.Form;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.SampleFiles;
import dev.parley.testsupport.Socket;
import dev.parley.testsupport.Sql;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;

/** What is older than its room keeps it becomes tombstones, and everybody hears of it. */
@QuarkusTest
class RetentionTest {

    @TestHTTPResource("/")
    URI base;

    @Inject
    DataSource database;

    @Inject
    Retention retention;

    @Inject
    Writer writer;

    private Person ann;
    private Person ben;
    private long room;

    @BeforeEach
    void aGroup() {
        ann = Person.register(base, "Ann");
        ben = Person.register(base, "Ben");
        room = ann.group("Forgetful", ben);
    }

    @Test
    void aRoomForgetsWhatIsOlderThanItsDaysAndKeepsItsNumbering() throws SQLException {
        JsonNode photo = ann.post(room, new Form().file(SampleFiles.get("photo.jpg"))).expect(201);
        JsonNode pinned = ann.post(room, "pinned");
        ann.post("/api/chat/messages/" + pinned.get("id").asLong() + "/pin", null).expect(200);
        ben.post("/api/chat/messages/" + pinned.get("id").asLong() + "/like", null).expect(200);
        JsonNode byHand = ann.post(room, "deleted by hand");
        ann.delete("/api/chat/messages/" + byHand.get("id").asLong()).expect(200);
        ben.post(room, "old");
        age(room, 8);
        ann.post(room, "six days");
        new Sql(database).change(
                "update chat_messages set created_at = now() - interval '6 days' where room_id = " + room + " and seq = 5");
        ann.post(room, "new");
        String file = photo.at("/files_data/0/file_path").asText();
        long version = version();
        try (Socket socket = ben.socket(room)) {
            JsonNode said = ann.patch("/api/chat/rooms/" + room, Map.of("retention_days", 7)).expect(200);
            assertThat(said.get("retention_days").asInt()).isEqualTo(7);
            assertThat(socket.await("room_update").at("/data/retention_days").asInt()).isEqualTo(7);

            forget();

            for (int number = 0; number < 3; number++) {
                JsonNode deleted = socket.await("message_deleted");
                assertThat(deleted.at("/data/seq").asInt()).isEqualTo(List.of(1, 2, 4).get(number));
                assertThat(deleted.at("/data/version").asLong()).isEqualTo(version + 2 + number);
            }
        }
        JsonNode page = ben.get("/api/chat/rooms/" + room + "/messages").expect(200);
        assertThat(page.get("total").asInt()).isEqualTo(6);
        assertThat(page.findValuesAsText("seq")).containsExactly("1", "2", "3", "4", "5", "6");
        assertThat(page.get("messages").findValuesAsText("content")).containsExactly("", "", "", "", "six days", "new");
        assertThat(page.at("/messages/1/like_count").asInt()).isZero();
        assertThat(ben.get("/api/chat/rooms/" + room + "/messages?only=pinned&before=100&limit=5").expect(200).get("messages"))
                .isEmpty();
        assertThat(ben.get(URI.create(file).getPath()).status()).isEqualTo(404);
        assertThat(ann.get("/api/chat/rooms/" + room).expect(200).get("unread_count").asInt()).isZero();
        long after = version();
        forget();
        assertThat(version()).as("nothing more to say").isEqualTo(after);
    }

    @Test
    void aLongPastGoesInSmallStepsAndIsNotLookedThroughAgain() throws SQLException {
        int many = 2 * Expire.AT_ONCE + 50;
        fill(many);
        ann.patch("/api/chat/rooms/" + room, Map.of("retention_days", 30)).expect(200);
        long version = version();

        List<Expire.Step> steps = new ArrayList<>();
        do {
            steps.add(Answers.await(writer.submit(new Expire(room, OptionalInt.empty()))));
        } while (steps.getLast().more());

        assertThat(steps).containsExactly(new Expire.Step(Expire.AT_ONCE, true), new Expire.Step(Expire.AT_ONCE, true),
                new Expire.Step(50, false));
        assertThat(version()).isEqualTo(version + many);
        assertThat(new Sql(database).number("select retained_from_seq from chat_rooms where id = " + room)).isEqualTo(many + 1);
        assertThat(ann.post(room, "goes on").get("seq").asInt()).isEqualTo(many + 1);
        assertThat(Answers.await(writer.submit(new Expire(room, OptionalInt.empty())))).isEqualTo(new Expire.Step(0, false));
    }

    /** Else whoever reads slowly is sent away. */
    @Test
    void aLongPastIsNotToldAllAtOnce() throws SQLException {
        int many = Expire.AT_ONCE + 50;
        fill(many);
        long begun = System.nanoTime();
        ann.patch("/api/chat/rooms/" + room, Map.of("retention_days", 7)).expect(200);

        forget();

        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(many));
    }

    @Test
    void aLongPastIsNotInTheWayOfOtherRooms() throws SQLException {
        fill(10 * Expire.AT_ONCE);
        long other = ann.group("Short");
        long message = ann.post(other, "old").get("id").asLong();
        age(other, 40);
        for (long forgetful : List.of(room, other)) {
            ann.patch("/api/chat/rooms/" + forgetful, Map.of("retention_days", 7)).expect(200);
        }

        forget();

        assertThat(new Sql(database).number("select count(*) from chat_messages where room_id = " + room
                + " and deleted_at > (select deleted_at from chat_messages where id = " + message + ")")).isPositive();
    }

    @Test
    void theShorterOfTheRoomsAndTheServicesTimeHolds() throws SQLException {
        ann.post(room, "ten days old");
        age(room, 10);

        assertThat(expired(OptionalInt.empty())).as("neither has a limit").isZero();
        assertThat(expired(OptionalInt.of(11))).isZero();
        ann.patch("/api/chat/rooms/" + room, Map.of("retention_days", 20)).expect(200);
        assertThat(expired(OptionalInt.empty())).isZero();
        assertThat(expired(OptionalInt.of(9))).as("the service's is shorter").isEqualTo(1);

        ann.post(room, "ten days old");
        age(room, 10);
        ann.patch("/api/chat/rooms/" + room, Map.of("retention_days", 9)).expect(200);
        assertThat(expired(OptionalInt.of(30))).as("the room's is shorter").isEqualTo(1);
    }

    @Test
    void onlyAdminsOfAGroupSayHowLongItKeepsItsMessages() {
        ben.patch("/api/chat/rooms/" + room, Map.of("retention_days", 1)).expect(403);
        ann.patch("/api/chat/rooms/" + ann.room(ben), Map.of("retention_days", 1)).expect(400);
        for (Object wrong : List.of(0, -1, 36_501, 1.5, "soon")) {
            ann.patch("/api/chat/rooms/" + room, Map.of("retention_days", wrong)).expect(400);
        }
        ann.patch("/api/chat/rooms/" + room, Map.of()).expect(400);
        JsonNode both = ann.patch("/api/chat/rooms/" + room, Map.of("retention_days", 5, "name", "Short")).expect(200);
        assertThat(both.get("retention_days").asInt()).isEqualTo(5);
        assertThat(both.get("name").asText()).isEqualTo("Short");
        Map<String, Object> none = new HashMap<>();
        none.put("retention_days", null);
        assertThat(ann.patch("/api/chat/rooms/" + room, none).expect(200).get("retention_days").isNull()).isTrue();
    }

    /** Again and again, since a round that the schedule has begun leaves nothing for another to do. */
    private void forget() {
        await().untilAsserted(() -> {
            retention.whenDue();
            assertThat(new Sql(database).number("select count(*) from chat_messages where room_id = " + room
                    + " and deleted_at is null and created_at < now() - interval '7 days'")).isZero();
        });
    }

    /** Nobody else could delete anything there, and its files would count for ever. */
    @Test
    void aGroupThatEverybodyHasLeftKeepsNothingThatIsADayOld() throws SQLException {
        ann.post(room, new Form().file(SampleFiles.get("photo.jpg"))).expect(201);
        ben.post(room, "bye");
        ben.delete("/api/chat/rooms/" + room + "/members/" + ben.id).expect(204);
        age(room, 2);
        assertThat(expired(OptionalInt.empty())).as("somebody is there").isZero();
        ann.delete("/api/chat/rooms/" + room + "/members/" + ann.id).expect(204);

        assertThat(expired(OptionalInt.empty())).isEqualTo(2);
        assertThat(new Sql(database).number("select count(*) from media_attachments where owner_id = " + ann.id
                + " and state <> 'deleted'")).isZero();
    }

    /** With what was said long ago. */
    private void fill(int many) throws SQLException {
        new Sql(database)
                .change("""
                        insert into chat_messages (id, room_id, seq, version, created_version, sender_id, message_type, content, created_at)
                        select (1::bigint << 41) + %d * 1000000::bigint + n, %d, n, n + 1, n + 1, %d, 'text', 'old', now() - interval '40 days'
                          from generate_series(1, %d) as n"""
                        .formatted(room, room, ann.id, many));
        new Sql(database)
                .change("update chat_rooms set last_seq = %d, version = %d where id = %d".formatted(many, many + 1, room));
    }

    private int expired(OptionalInt mostDays) {
        return Answers.await(writer.submit(new Expire(room, mostDays))).deleted();
    }

    private long version() {
        return ann.get("/api/chat/rooms/" + room).expect(200).get("version").asLong();
    }

    private void age(long room, int days) throws SQLException {
        new Sql(database).change(
                "update chat_messages set created_at = now() - interval '%d days' where room_id = %d".formatted(days, room));
    }
}
