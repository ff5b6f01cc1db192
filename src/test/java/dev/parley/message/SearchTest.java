package dev.parley.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

import javax.sql.DataSource;

import jakarta.inject.Inject;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.databind.JsonNode;

import dev.parley.testsupport.Form;
import dev.parley.testsupport.LargeTables;
import dev.parley.testsupport.Person;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;

@QuarkusTest
class SearchTest {

    @TestHTTPResource("/")
    URI base;
    @Inject
    DataSource database;
    private Person alice;
    private Person bob;
    private long room;

    @BeforeEach
    void aRoom() {
        alice = Person.register(base, "Alice");
        bob = Person.register(base, "Bob");
        room = alice.group("Search", bob);
    }

    @Test
    void allWordsAreFoundInAnyCaseAndOrderAndNothingElse() {
        for (String text : List.of("The Red fox", "a fox, which is RED", "red", "ÄRGER im Büro", "100%", "1000", "snake_case",
                "snakeXcase", "back\\slash", "Ελλάδα")) {
            alice.post(room, text);
        }
        assertThat(found("fox red")).containsExactly("The Red fox", "a fox, which is RED");
        assertThat(found("  Red ")).containsExactly("The Red fox", "a fox, which is RED", "red");
        assertThat(found("ärger büro")).containsExactly("ÄRGER im Büro");
        assertThat(found("100%")).containsExactly("100%");
        assertThat(found("snake_case")).containsExactly("snake_case");
        assertThat(found("\\")).containsExactly("back\\slash");
        assertThat(found("ΕΛΛΆΔΑ")).containsExactly("Ελλάδα");
        assertThat(found("fox blue")).isEmpty();
    }

    @Test
    void filesAreFoundByTheirNames() {
        byte[] text = "words inside".getBytes(StandardCharsets.UTF_8);
        alice.post(room, new Form().file("files", "Minutes of May.txt", text).field("content", "as promised")).expect(201);
        long kept = alice.post(room, new Form().file("files", "A.txt", text).file("files", "B.txt", text)).expect(201)
                .get("id").asLong();
        assertThat(found("minutes")).containsExactly("as promised");
        assertThat(found("may promised")).containsExactly("as promised");
        assertThat(found("inside")).isEmpty();
        String b = alice.get("/api/v1/media/message/" + kept).expect(200).at("/1/id").asText();
        assertThat(found("b.txt")).hasSize(1);
        alice.delete("/api/v1/media/" + b);
        assertThat(found("b.txt")).isEmpty();
        assertThat(found("a.txt")).hasSize(1);
        // As a Mac writes it.
        alice.post(room, new Form().file("U\u0308bersicht.txt", text).field("content", "all")).expect(201);
        assertThat(found("übersicht")).containsExactly("all");
    }

    @Test
    void whatWasEditedIsFoundAsItIsAndWhatWasDeletedIsNot() {
        long edited = alice.post(room, "first thought").get("id").asLong();
        long deleted = alice.post(room, "second thought").get("id").asLong();
        alice.put("/api/chat/messages/" + edited, Map.of("content", "better idea")).expect(200);
        alice.delete("/api/chat/messages/" + deleted).expect(200);
        assertThat(found("thought")).isEmpty();
        assertThat(found("idea")).containsExactly("better idea");
    }

    @Test
    void onlyMembersSearch() {
        alice.post(room, "between us");
        Person carol = Person.register(base, "Carol");
        assertThat(carol.get(path("between", "")).status()).isEqualTo(404);
        assertThat(bob.get(path("between", "")).expect(200).get("messages")).hasSize(1);
        bob.delete("/api/chat/rooms/" + room + "/members/" + bob.id).expect(204);
        assertThat(bob.get(path("between", "")).status()).isEqualTo(404);
    }

    @Test
    void moreIsFoundFromWhereTheLastAnswerEnded() {
        for (int i = 1; i <= 7; i++) {
            alice.post(room, i % 2 == 0 ? "even " + i : "odd " + i);
        }
        JsonNode newest = bob.get(path("odd", "&limit=2")).expect(200);
        assertThat(contents(newest)).containsExactly("odd 5", "odd 7");
        assertThat(newest.get("searched_to").asLong()).isEqualTo(5);
        assertThat(newest.get("total").asLong()).isEqualTo(7);
        assertThat(newest.get("has_more").asBoolean()).isTrue();
        JsonNode rest = bob.get(path("odd", "&limit=3&before=5")).expect(200);
        assertThat(contents(rest)).containsExactly("odd 1", "odd 3");
        assertThat(rest.get("searched_to").asLong()).isOne();
        assertThat(rest.get("has_more").asBoolean()).isFalse();
        assertThat(bob.get(path("odd", "&before=1")).expect(200).get("has_more").asBoolean()).isFalse();
        assertThat(bob.get("/api/chat/rooms/" + bob.group("Empty") + "/messages?search=odd").expect(200)
                .get("has_more").asBoolean()).isFalse();
    }

    /** One request may find nothing in its part of the history: the next ones go on. */
    @Test
    void aLongHistoryIsSearchedToItsBeginning() throws SQLException {
        alice.post(room, "needle");
        new LargeTables(database).lengthen(List.of(room), alice, 1, 25_000);
        List<String> found = new ArrayList<>();
        JsonNode answer = bob.get(path("NEEDLE", "")).expect(200);
        assertThat(contents(answer)).isEmpty();
        assertThat(answer.get("has_more").asBoolean()).isTrue();
        int requests = 1;
        while (answer.get("has_more").asBoolean() && requests < 100) {
            answer = bob.get(path("NEEDLE", "&before=" + answer.get("searched_to").asLong())).expect(200);
            found.addAll(contents(answer));
            requests++;
        }
        assertThat(found).containsExactly("needle");
        assertThat(requests).isEqualTo(13);
    }

    private List<String> found(String text) {
        return contents(bob.get(path(text, "")).expect(200));
    }

    private String path(String text, String more) {
        return "/api/chat/rooms/" + room + "/messages?search=" + URLEncoder.encode(text, StandardCharsets.UTF_8) + more;
    }

    private static List<String> contents(JsonNode page) {
        return StreamSupport.stream(page.get("messages").spliterator(), false)
                .map(message -> message.get("content").asText()).toList();
    }
}
