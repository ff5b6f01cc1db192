package dev.parley.account;

import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import java.sql.SQLException;
import java.util.UUID;

import jakarta.inject.Inject;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.parley.testsupport.Sql;
import io.agroal.api.AgroalDataSource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;

@QuarkusTest
class SearchResourceTest {

    @Inject
    AgroalDataSource database;

    @Inject
    Users users;

    private final String mark = UUID.randomUUID().toString().substring(0, 8);
    private People.Person ada;

    @BeforeEach
    void registerAda() {
        ada = People.register("Ada");
    }

    @Test
    void peopleAreFoundByPartOfNameOrEmailWhateverTheCase() {
        var bob = People.register("Bob X" + mark + "y");
        search("x" + mark.toUpperCase(java.util.Locale.ROOT) + "Y").body("users.id", contains((int) bob.id()))
                .body("total", equalTo(1));
        search(bob.email().substring(1, 20)).body("users.id", contains((int) bob.id()))
                .body("users[0].is_online", equalTo(false)).body("users[0].last_seen", nullValue());
    }

    @Test
    void whoHasJustThisAddressIsFoundBeforeOthersWhoseAddressHoldsIt() {
        String address = mark + "@example.org";
        People.register("x" + address, "Aaron", People.PASSWORD).statusCode(201);
        int zoe = People.register(address, "Zoe", People.PASSWORD).statusCode(201).extract().path("user.id");
        ada.calls().queryParam("email", address).queryParam("limit", 1).get("/api/chat/search-users").then()
                .body("users.id", contains(zoe)).body("total", equalTo(2));
    }

    @Test
    void theCallerIsNeverFound() {
        search(ada.email()).body("users", empty()).body("total", equalTo(0));
    }

    @Test
    void patternsAreText() {
        People.register("100%" + mark);
        People.register("under_" + mark);
        People.register("back\\" + mark);
        search("%" + mark).body("users", hasSize(1));
        search("_" + mark).body("users", hasSize(1));
        search("\\" + mark).body("users", hasSize(1));
        search("%" + mark.charAt(0) + "%").body("users", empty());
    }

    /** Some letters have other small ones in the database than in Java. */
    @ParameterizedTest
    @ValueSource(strings = { "İpek", "ΟΔΟΣ", "Зоя", "Ångström", "日本語" })
    void aNameIsFoundAsItIsWritten(String name) {
        var person = People.register(mark + name);
        search(mark + name).body("users.id", contains((int) person.id()));
        search((mark + name).substring(mark.length() - 2)).body("users.id", hasItem((int) person.id()));
    }

    @ParameterizedTest
    @ValueSource(strings = { "İpek", "ΟΔΟΣ" })
    void anAddressIsFoundAsItIsWritten(String local) {
        String address = mark + local + "@example.org";
        int id = People.register(address, "Somebody", People.PASSWORD).statusCode(201).extract().path("user.id");
        search(address).body("users.id", contains(id));
    }

    @Test
    void theLimitCutsWhatIsShownAndNotTheTotal() {
        for (int i = 0; i < 3; i++) {
            People.register(mark + i);
        }
        ada.calls().queryParam("email", mark).queryParam("limit", 2).get("/api/chat/search-users").then()
                .statusCode(200).body("users.name", contains(mark + 0, mark + 1)).body("total", equalTo(3));
    }

    @ParameterizedTest
    @ValueSource(strings = { "0", "-1", "101", "x", "1.5", "99999999999999999999" })
    void aLimitOutsideOfItsRangeIsRefused(String limit) {
        ada.calls().queryParam("limit", limit).get("/api/chat/search-users").then().statusCode(400).body("code",
                equalTo("bad_request"));
    }

    @Test
    void aNulCharacterIsRefused() {
        ada.calls().urlEncodingEnabled(false).get("/api/chat/search-users?email=a%00b").then().statusCode(400);
    }

    @Test
    void lastSeenIsShown() throws SQLException {
        var bob = People.register("Bob " + mark);
        new Sql(database).change("insert into user_presence values (" + bob.id() + ", '2026-01-02T03:04:05Z')");
        users.forget(bob.id());
        search(mark).body("users[0].last_seen", equalTo("2026-01-02T03:04:05Z"));
    }

    @Test
    void aChangedNameIsFoundAndShownAtOnce() {
        var bob = People.register("Bob");
        search(bob.email()).body("users[0].name", equalTo("Bob"));
        bob.calls().contentType("application/json").body("{\"name\":\"" + mark + "\"}").patch("/api/auth/me").then()
                .statusCode(200);
        search(mark).body("users[0].name", equalTo(mark)).body("users", not(empty()));
    }

    private ValidatableResponse search(String text) {
        return ada.calls().queryParam("email", text).get("/api/chat/search-users").then().statusCode(200);
    }
}
