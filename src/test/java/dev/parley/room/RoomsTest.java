package dev.parley.room;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import java.util.stream.StreamSupport;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.databind.JsonNode;

import dev.parley.testsupport.Answer;
import dev.parley.testsupport.Form;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.Scene;
import dev.parley.testsupport.Socket;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;

/** Direct rooms and groups, as their members live through them. */
@QuarkusTest
class RoomsTest {

    private static final String ROOMS = "/api/chat/rooms";
    private static final int AT_ONCE = 16;

    @TestHTTPResource("/")
    URI base;

    private Person ada;
    private Person bob;
    private Person cid;

    @BeforeEach
    void people() {
        Scene.Cast cast = Scene.Cast.at(base);
        ada = cast.admin();
        bob = cast.member();
        cid = cast.sender();
    }

    @Test
    void aListShowsTheNewestMessageAsItsRoomDoes() {
        Person eve = Person.register(base, "Eve");
        Person leaver = Person.register(base, "Leaver");
        long empty = eve.group("Empty", ada);
        long room = eve.group("Talk", ada, leaver);
        assertThat(newest(eve, empty).isNull()).isTrue();
        long first = leaver.post(room, "first").get("id").asLong();
        leaver.delete(ROOMS + "/" + room + "/members/" + leaver.id).expect(204);
        assertNewestIsShown(eve, room);
        long photo = ada.post(room, new Form().field("content", "see").field("reply_to", first).file("a.txt", "a".getBytes())
                .file("b.txt", "b".getBytes())).expect(201).get("id").asLong();
        eve.post("/api/chat/messages/" + photo + "/like", null).expect(200);
        eve.post(ROOMS + "/" + room + "/read", null).expect(200);
        assertNewestIsShown(eve, room);
        assertNewestIsShown(ada, room);
        assertThat(newest(eve, room).get("is_liked").asBoolean()).isTrue();
        assertThat(newest(eve, room).get("files_data")).hasSize(2);
        assertThat(newest(eve, room).at("/reply_preview/sender_name").asText()).isEqualTo("Leaver");
        ada.delete("/api/chat/messages/" + photo).expect(200);
        assertNewestIsShown(eve, room);
    }

    private static void assertNewestIsShown(Person who, long room) {
        JsonNode page = who.get(ROOMS + "/" + room + "/messages").expect(200).get("messages");
        assertThat(newest(who, room)).isEqualTo(page.get(page.size() - 1));
        assertThat(who.get(ROOMS + "/" + room).expect(200).get("last_message")).isEqualTo(page.get(page.size() - 1));
    }

    private static JsonNode newest(Person who, long room) {
        return StreamSupport.stream(who.get(ROOMS).expect(200).get("rooms").spliterator(), false)
                .filter(each -> each.get("id").asLong() == room).findFirst().orElseThrow().get("last_message");
    }

    @Test
    void aDirectRoomIsMadeOnceHoweverManyAskAtOnce() throws Exception {
        Person eve = Person.register(base, "Eve");
        CountDownLatch ready = new CountDownLatch(AT_ONCE);
        List<Future<Answer>> asked = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < AT_ONCE; i++) {
                Person from = i % 2 == 0 ? ada : eve;
                Person to = i % 2 == 0 ? eve : ada;
                asked.add(threads.submit(() -> {
                    ready.countDown();
                    ready.await();
                    return from.post(ROOMS, Map.of("receiver_id", to.id));
                }));
            }
        }
        List<Integer> statuses = new ArrayList<>();
        List<Long> ids = new ArrayList<>();
        for (Future<Answer> each : asked) {
            statuses.add(each.get().status());
            ids.add(each.get().body().get("id").asLong());
        }
        assertThat(ids).hasSize(AT_ONCE).containsOnly(ids.get(0));
        assertThat(statuses).containsOnly(200, 201).containsOnlyOnce(201);
        assertThat(ada.post(ROOMS, Map.of("receiver_id", Long.toString(eve.id))).expect(200).get("id").asLong())
                .isEqualTo(ids.get(0));
    }

    @Test
    void nobodyIsAddedToOrRemovedFromADirectRoom() {
        String room = ROOMS + "/" + ada.room(bob);
        ada.patch(room, Map.of("name", "Ours")).expect(400);
        ada.post(room + "/members", Map.of("user_ids", List.of(cid.id))).expect(400);
        ada.delete(room + "/members/" + bob.id).expect(400);
        ada.delete(room + "/members/" + ada.id).expect(400);
        assertThat(memberIds(ada.get(room).expect(200))).containsExactlyInAnyOrder(ada.id, bob.id);
    }

    @Test
    void aRoomHasAllItsFieldsAndSoHaveItsMessages() {
        long group = ada.group("Friends", bob);
        assertRoom(ada.get(ROOMS + "/" + group).expect(200), "Friends", "group");
        long direct = ada.room(bob);
        assertThat(ada.get(ROOMS + "/" + direct).expect(200).get("name").isNull()).isTrue();
        ada.post(group, "Hello");
        JsonNode list = bob.get(ROOMS).expect(200);
        assertThat(list.get("total").asInt()).isEqualTo(list.get("rooms").size());
        JsonNode first = list.get("rooms").get(0);
        assertThat(first.get("id").asLong()).as("newest activity first").isEqualTo(group);
        assertRoom(first, "Friends", "group");
        assertMessage(first.get("last_message"), false);
        assertThat(first.get("unread_count").asLong()).isEqualTo(1);
        JsonNode page = ada.get(ROOMS + "/" + group + "/messages?page=1&per_page=50").expect(200);
        assertThat(fields(page)).containsExactlyInAnyOrder("messages", "total", "has_more", "page", "per_page", "total_pages");
        assertMessage(page.get("messages").get(0), true);
        assertThat(page.at("/messages/0/receiver_details").isNull()).isTrue();
        assertThat(ada.post(direct, "Hello, Bob").at("/receiver_details/id").asLong()).isEqualTo(bob.id);
        assertThat(bob.get(ROOMS + "/" + direct + "/messages?per_page=1").expect(200).at("/messages/0/receiver_details/id")
                .asLong())
                .isEqualTo(bob.id);
    }

    @Test
    void aNewMemberSeesTheWholeHistoryAndHasReadIt() {
        long group = ada.group("Friends", bob);
        for (int i = 1; i <= 5; i++) {
            ada.post(group, "Before " + i);
        }
        ada.post(ROOMS + "/" + group + "/members", Map.of("user_ids", List.of(cid.id))).expect(200);
        assertThat(cid.get(ROOMS + "/" + group).expect(200).get("unread_count").asLong()).isZero();
        assertThat(unread(cid, group)).isZero();
        JsonNode page = cid.get(ROOMS + "/" + group + "/messages").expect(200);
        assertThat(page.get("total").asInt()).isEqualTo(5);
        assertThat(page.at("/messages/0/content").asText()).isEqualTo("Before 1");
        ada.post(group, "After");
        assertThat(unread(cid, group)).isEqualTo(1);
        assertThat(unread(ada, group)).isZero();
        assertThat(unread(bob, group)).isEqualTo(6);
        // Who was away and comes back has not missed what was said meanwhile.
        cid.delete(ROOMS + "/" + group + "/members/" + cid.id).expect(204);
        assertThat(unread(cid, group)).isZero();
        ada.post(group, "While Cid was away");
        ada.post(ROOMS + "/" + group + "/members", Map.of("user_ids", List.of(cid.id, cid.id, bob.id))).expect(200);
        assertThat(unread(cid, group)).isZero();
        assertThat(cid.get(ROOMS + "/" + group + "/messages").expect(200).get("messages")).hasSize(7);
    }

    @Test
    void theLastAdminWhoLeavesHandsTheGroupToWhoHasBeenThereLongest() {
        long group = ada.group("Friends", bob);
        String room = ROOMS + "/" + group;
        ada.post(room + "/members", Map.of("user_ids", List.of(cid.id))).expect(200);
        assertThat(roles(bob, room)).isEqualTo(Map.of(ada.id, "admin", bob.id, "member", cid.id, "member"));
        cid.patch(room, Map.of("name", "Mine")).expect(403);
        cid.delete(room + "/members/" + bob.id).expect(403);
        ada.delete(room + "/members/" + ada.id).expect(204);
        ada.get(room).expect(404);
        assertThat(roles(bob, room)).isEqualTo(Map.of(bob.id, "admin", cid.id, "member"));
        bob.patch(room, Map.of("name", "Bob's")).expect(200);
        bob.delete(room + "/members/" + bob.id).expect(204);
        assertThat(roles(cid, room)).isEqualTo(Map.of(cid.id, "admin"));
        cid.delete(room + "/members/" + cid.id).expect(204);
        cid.get(room).expect(404);
        // An admin who left and is added again is a member like others.
        long other = ada.group("Others", bob);
        ada.delete(ROOMS + "/" + other + "/members/" + ada.id).expect(204);
        bob.post(ROOMS + "/" + other + "/members", Map.of("user_ids", List.of(ada.id))).expect(200);
        assertThat(roles(bob, ROOMS + "/" + other)).isEqualTo(Map.of(bob.id, "admin", ada.id, "member"));
    }

    @Test
    void theLastAdminsGroupGoesToWhoCameFirstAndNotToWhoRegisteredFirst() {
        assertThat(bob.id).isLessThan(cid.id);
        String room = ROOMS + "/" + ada.group("Friends", cid);
        ada.post(room + "/members", Map.of("user_ids", List.of(bob.id))).expect(200);
        ada.delete(room + "/members/" + ada.id).expect(204);
        assertThat(roles(bob, room)).isEqualTo(Map.of(cid.id, "admin", bob.id, "member"));
    }

    @Test
    void whatIsSaidPutsARoomInFrontAndWhatIsLikedDoesNot() {
        Person eve = Person.register(base, "Eve");
        long first = eve.group("First");
        long second = eve.group("Second");
        long message = eve.post(first, "liked later").get("id").asLong();
        eve.post(second, "newer");
        JsonNode before = eve.get(ROOMS + "/" + first).expect(200).get("updated_at");
        eve.post("/api/chat/messages/" + message + "/like", null).expect(200);
        assertThat(eve.get(ROOMS).expect(200).at("/rooms/0/id").asLong()).isEqualTo(second);
        assertThat(eve.get(ROOMS + "/" + first).expect(200).get("updated_at")).isEqualTo(before);
    }

    @Test
    void changesOfAGroupAreHeardWithTheirVersionByEverybodyConcerned() {
        try (Socket atAdas = ada.socket(); Socket atBobs = bob.socket(); Socket atCids = cid.socket()) {
            long group = ada.group("Friends", bob);
            String room = ROOMS + "/" + group;
            for (Socket socket : List.of(atAdas, atBobs)) {
                assertThat(update(socket, group).at("/data/version").asLong()).isEqualTo(1);
            }
            ada.patch(room, Map.of("name", "Best friends")).expect(200);
            for (Socket socket : List.of(atAdas, atBobs)) {
                JsonNode renamed = update(socket, group);
                assertThat(renamed.at("/data/name").asText()).isEqualTo("Best friends");
                assertThat(renamed.at("/data/version").asLong()).isEqualTo(2);
            }
            ada.post(room + "/members", Map.of("user_ids", List.of(cid.id))).expect(200);
            for (Socket socket : List.of(atAdas, atBobs, atCids)) {
                JsonNode added = update(socket, group);
                assertThat(memberIds(added.get("data"))).containsExactlyInAnyOrder(ada.id, bob.id, cid.id);
                assertThat(added.at("/data/version").asLong()).isEqualTo(3);
                assertThat(added.at("/data/is_member").asBoolean()).isTrue();
            }
            cid.post(group, "I am here");
            assertThat(atCids.await("new_message").at("/data/version").asLong()).isEqualTo(4);
            ada.delete(room + "/members/" + cid.id).expect(204);
            for (Socket socket : List.of(atAdas, atBobs)) {
                JsonNode removed = update(socket, group);
                assertThat(memberIds(removed.get("data"))).containsExactlyInAnyOrder(ada.id, bob.id);
                assertThat(removed.at("/data/version").asLong()).isEqualTo(5);
            }
            JsonNode farewell = update(atCids, group);
            assertThat(farewell.at("/data/is_member").asBoolean(true)).isFalse();
            assertThat(farewell.at("/data/members")).isEmpty();
            assertThat(ada.get(room).expect(200).get("version").asLong()).isEqualTo(5);
            assertThat(ada.get(room + "/changes?since=4").expect(200).at("/changes/0/type").asText()).isEqualTo("room_update");
        }
    }

    @Test
    void addingSomebodyTwiceOrNobodyNewChangesNothing() {
        long group = ada.group("Friends", bob, bob, ada);
        String room = ROOMS + "/" + group;
        assertThat(memberIds(ada.get(room).expect(200))).containsExactlyInAnyOrder(ada.id, bob.id);
        ada.post(room + "/members", Map.of("user_ids", List.of(bob.id, ada.id))).expect(200);
        ada.delete(room + "/members/" + cid.id).expect(404);
        ada.post(room + "/members", Map.of("user_ids", List.of(cid.id, Long.MAX_VALUE))).expect(404);
        JsonNode after = ada.get(room).expect(200);
        assertThat(after.get("version").asLong()).isEqualTo(1);
        assertThat(memberIds(after)).containsExactlyInAnyOrder(ada.id, bob.id);
    }

    private static JsonNode update(Socket socket, long room) {
        JsonNode heard;
        do {
            heard = socket.await("room_update");
        } while (heard.at("/data/id").asLong() != room);
        return heard;
    }

    private static long unread(Person person, long room) {
        JsonNode answer = person.get("/api/chat/unread-count").expect(200);
        long all = 0;
        long one = 0;
        for (JsonNode each : answer.get("rooms")) {
            all += each.get("unread_count").asLong();
            one += each.get("room_id").asLong() == room ? each.get("unread_count").asLong() : 0;
        }
        assertThat(answer.get("unread_count").asLong()).isEqualTo(all);
        return one;
    }

    private static Map<Long, String> roles(Person who, String room) {
        Map<Long, String> roles = new java.util.HashMap<>();
        who.get(room).expect(200).get("members")
                .forEach(member -> roles.put(member.get("id").asLong(), member.get("role").asText()));
        return roles;
    }

    private static List<Long> memberIds(JsonNode room) {
        return StreamSupport.stream(room.get("members").spliterator(), false).map(member -> member.get("id").asLong()).toList();
    }

    private static void assertRoom(JsonNode room, String name, String type) {
        assertThat(fields(room)).contains("id", "name", "room_type", "members", "last_message", "unread_count", "version",
                "last_seq", "created_at", "updated_at", "created_by");
        assertThat(room.get("name").asText()).isEqualTo(name);
        assertThat(room.get("room_type").asText()).isEqualTo(type);
        room.get("members").forEach(RoomsTest::assertUser);
    }

    private static void assertUser(JsonNode user) {
        assertThat(fields(user)).contains("id", "name", "email", "avatar_url", "is_online", "last_seen");
        assertThat(user.get("id").isNumber()).isTrue();
        assertThat(user.get("is_online").isBoolean()).isTrue();
    }

    private static void assertMessage(JsonNode message, boolean mine) {
        assertThat(fields(message)).contains("id", "content", "message_type", "local_temp_id", "files_data", "created_at",
                "is_read",
                "is_deleted", "is_sender", "is_liked", "like_count", "sender_details", "receiver_details", "room_id", "seq",
                "version", "edited_at", "reply_to", "reply_preview", "pinned", "has_media", "read_count", "duration");
        assertThat(message.get("local_temp_id").isNull()).isTrue();
        assertThat(message.get("files_data").isNull()).isTrue();
        assertThat(message.get("is_sender").asBoolean()).isEqualTo(mine);
        assertThat(message.get("created_at").asText()).endsWith("Z");
        assertUser(message.get("sender_details"));
    }

    @Test
    void aNameAndARetentionAreOneChange() {
        String room = "/api/chat/rooms/" + ada.group("Ours");
        long before = ada.get(room).expect(200).get("version").asLong();
        JsonNode both = ada.patch(room, Map.of("name", "Theirs", "retention_days", 7)).expect(200);
        assertThat(both.get("version").asLong()).isEqualTo(before + 1);
        assertThat(both.get("name").asText()).isEqualTo("Theirs");
        assertThat(both.get("retention_days").asInt()).isEqualTo(7);
        JsonNode one = ada.patch(room, Map.of("name", "Ours")).expect(200);
        assertThat(one.get("retention_days").asInt()).as("what is absent stays").isEqualTo(7);
        assertThat(ada.patch(room, Collections.singletonMap("retention_days", null)).expect(200).get("name").asText())
                .as("what is absent stays").isEqualTo("Ours");
    }

    private static List<String> fields(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    @Test
    void whatIsWrongIsNamedAsTheClientWroteIt() {
        String room = "/api/chat/rooms/" + ada.group("Ours");
        assertThat(ada.post(room + "/members", Map.of()).expect(400).get("detail").asText())
                .isEqualTo("user_ids must not be empty");
        assertThat(ada.post(room + "/members", Map.of("user_ids", LongStream.rangeClosed(1, 1001).boxed().toList()))
                .expect(400).get("detail").asText()).isEqualTo("A room has 1000 members at most");
        assertThat(ada.patch(room, Map.of("retention_days", -1)).expect(400).get("detail").asText())
                .startsWith("retention_days must be");
        for (String nothing : List.of("", " ")) {
            ada.patch(room, Map.of("retention_days", nothing)).expect(400);
            ada.post(room + "/read", Map.of("seq", nothing)).expect(400);
        }
        assertThat(
                ada.post("/api/chat/rooms", Map.of("name", "Ours", "member_ids", Collections.singletonList(null))).expect(400)
                        .get("detail").asText())
                .isEqualTo("member_ids[0] must not be null");
    }
}
