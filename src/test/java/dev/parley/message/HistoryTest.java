package dev.parley.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import java.util.stream.StreamSupport;

import javax.sql.DataSource;

import jakarta.inject.Inject;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.databind.JsonNode;

import dev.parley.account.Users;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.Socket;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;

@QuarkusTest
class HistoryTest {

    @TestHTTPResource("/")
    URI base;
    @Inject
    DataSource database;
    @Inject
    Users users;
    private Person alice;
    private long room;

    @BeforeEach
    void aRoomOf23Messages() {
        alice = Person.register(base, "Alice");
        room = alice.group("History");
        try (Socket socket = alice.socket(room)) {
            for (int i = 1; i <= 23; i++) {
                socket.send("send_message", Map.of("room_id", room, "content", "m" + i));
            }
            while (socket.await("new_message").at("/data/seq").asLong() < 23) {
                // goes on
            }
        }
    }

    @Test
    void pagesByNumberBeginWithTheNewest() {
        JsonNode first = messages("page=1&per_page=10");
        assertThat(seqs(first)).isEqualTo(range(14, 23));
        assertThat(first.get("total").asLong()).isEqualTo(23);
        assertThat(first.get("has_more").asBoolean()).isTrue();
        assertThat(first.get("page").asInt()).isEqualTo(1);
        assertThat(first.get("per_page").asInt()).isEqualTo(10);
        assertThat(first.get("total_pages").asInt()).isEqualTo(3);
        assertThat(seqs(messages("page=2&per_page=10"))).isEqualTo(range(4, 13));
        JsonNode last = messages("page=3&per_page=10");
        assertThat(seqs(last)).isEqualTo(range(1, 3));
        assertThat(last.get("has_more").asBoolean()).isFalse();
        assertThat(seqs(messages("page=4&per_page=10"))).isEmpty();
        assertThat(seqs(messages("page=2147483647&per_page=200"))).isEmpty();
        assertThat(seqs(messages(""))).isEqualTo(range(1, 23));
        assertThat(messages("page=1&per_page=23").get("has_more").asBoolean()).isFalse();
    }

    @Test
    void pagesByKeyScrollBothWays() {
        JsonNode before = messages("before=14&limit=10");
        assertThat(seqs(before)).isEqualTo(range(4, 13));
        assertThat(before.get("has_more").asBoolean()).isTrue();
        assertThat(before.has("page")).isFalse();
        JsonNode oldest = messages("before=4&limit=10");
        assertThat(seqs(oldest)).isEqualTo(range(1, 3));
        assertThat(oldest.get("has_more").asBoolean()).isFalse();
        assertThat(seqs(messages("before=1"))).isEmpty();
        assertThat(seqs(messages("before=9007199254740991&limit=2"))).isEqualTo(range(22, 23));
        assertThat(seqs(messages("limit=2"))).isEqualTo(range(22, 23));
        JsonNode after = messages("after=13&limit=5");
        assertThat(seqs(after)).isEqualTo(range(14, 18));
        assertThat(after.get("has_more").asBoolean()).isTrue();
        assertThat(messages("after=18&limit=5").get("has_more").asBoolean()).isFalse();
        assertThat(seqs(messages("after=23"))).isEmpty();
    }

    @Test
    void aTombstoneKeepsItsPlaceAndTheTotal() {
        long id = messages("before=11&limit=1").at("/messages/0/id").asLong();
        alice.delete("/api/chat/messages/" + id).expect(200);
        JsonNode page = messages("page=1&per_page=200");
        assertThat(page.get("total").asLong()).isEqualTo(23);
        assertThat(seqs(page)).isEqualTo(range(1, 23));
        assertThat(page.at("/messages/9/is_deleted").asBoolean()).isTrue();
        assertThat(page.at("/messages/9/content").asText()).isEmpty();
    }

    @Test
    void aMessageThatChangesWhileItIsReadIsShownAsItWas() throws Exception {
        long id = messages("before=11&limit=1").at("/messages/0/id").asLong();
        String path = "/api/chat/messages/" + id;
        alice.post(path + "/pin", null).expect(200);
        for (String query : List.of("page=1", "before=11&limit=1", "after=9&limit=1", "only=pinned")) {
            alice.post(path + "/like", null).expect(200);
            JsonNode page = meanwhile(() -> messages(query), "message_likes", statement -> {
                statement.execute("delete from message_likes where message_id = " + id);
                statement.execute("update chat_messages set like_count = 0 where id = " + id);
            });
            JsonNode message = StreamSupport.stream(page.get("messages").spliterator(), false)
                    .filter(each -> each.get("id").asLong() == id).findFirst().orElseThrow();
            assertThat(message.get("like_count").asInt()).as(query).isOne();
            assertThat(message.get("is_liked").asBoolean()).as(query).isTrue();
        }
    }

    /** Else an old name would be shown for as long as what is known of people is kept. */
    @Test
    void whoChangesWhileWhatTheySaidIsReadIsNotKnownAsTheyWereFromThenOn() throws Exception {
        String path = "/api/chat/rooms/" + room;
        for (String read : List.of("/changes?since=0", "/messages")) {
            String name = "Alice " + read;
            meanwhile(() -> alice.get(path + read).expect(200), "chat_messages", statement -> {
                alice.patch("/api/auth/me", Map.of("name", name)).expect(200);
                users.forget(alice.id);
            });
            assertThat(alice.get(path).expect(200).at("/members/0/name").asText()).as(read).isEqualTo(name);
        }
    }

    private interface Change {
        void make(Statement statement) throws SQLException;
    }

    /** What is answered when a change is made as soon as the request asks for a table, and before it is told. */
    private <T> T meanwhile(Supplier<T> request, String table, Change change) throws Exception {
        try (Connection connection = database.getConnection(); Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            try {
                statement.execute("lock table " + table + " in access exclusive mode");
                CompletableFuture<T> answer = CompletableFuture.supplyAsync(request);
                Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
                    try (ResultSet waiting = statement.executeQuery(
                            "select from pg_locks where relation = '" + table + "'::regclass and not granted")) {
                        return waiting.next();
                    }
                });
                change.make(statement);
                connection.commit();
                return answer.get();
            } finally {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        }
    }

    @Test
    void whatIsNoPageIsRefused() {
        for (String query : List.of("page=0", "page=-1", "per_page=0", "per_page=201", "limit=0&after=1", "limit=201&after=1",
                "before=-1", "before=1&after=1", "before=1&page=1", "after=1&only=pinned", "only=x",
                "search=%20", "after=1&search=x", "only=files&search=x", "page=1&search=x",
                "after=9007199254740992", "page=x", "before=1e3")) {
            int status = alice.get("/api/chat/rooms/" + room + "/messages?" + query).status();
            assertThat(status).as(query).isIn(400, 404);
        }
        assertThat(alice.get("/api/chat/rooms/" + room + "/changes?since=-1").status()).isEqualTo(400);
        assertThat(alice.get("/api/chat/rooms/" + room + "/changes?limit=501").status()).isEqualTo(400);
    }

    private JsonNode messages(String query) {
        return alice.get("/api/chat/rooms/" + room + "/messages?" + query).expect(200);
    }

    private static List<Long> seqs(JsonNode page) {
        return StreamSupport.stream(page.get("messages").spliterator(), false).map(message -> message.get("seq").asLong())
                .toList();
    }

    private static List<Long> range(long from, long to) {
        return LongStream.rangeClosed(from, to).boxed().toList();
    }
}
