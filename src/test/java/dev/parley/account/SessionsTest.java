package dev.parley.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import javax.sql.DataSource;

import jakarta.inject.Inject;

import org.jose4j.jwt.NumericDate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.parley.relay.VoidTokens;
import dev.parley.testsupport.Answer;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.Socket;
import dev.parley.testsupport.SocketIo;
import dev.parley.testsupport.Sql;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;

/** Sessions go on from token to token, and end: after a while, and all at once by a new password. */
@QuarkusTest
class SessionsTest {

    private static final long MONTH = Duration.ofDays(30).toSeconds();
    private static final String NEW = "battery staple";
    /** The statement of README's Operation. */
    private static final String ENDING = """
            with ended as (update users set sessions = sessions + 1 where email = '%s' and issuer is null returning id)
            select %s from ended""";
    private static final String TELLING = """
            pg_notify('parley', json_build_object('from', gen_random_uuid(), 'users', array[id])::text)""";

    @TestHTTPResource("/")
    URI base;

    @Inject
    Tokens tokens;

    @Inject
    Users users;

    @Inject
    VoidTokens voidTokens;

    @Inject
    DataSource database;

    @Inject
    ObjectMapper json;

    private final long now = Instant.now().getEpochSecond();
    private Person ada;

    @BeforeEach
    void registerAda() {
        ada = Person.register(base, "Ada");
    }

    // ---- renewing

    @Test
    void aRenewedTokenIsOfTheSameSession() {
        JsonNode first = claims(ada.token);
        assertThat(first.get("auth_time").asLong()).isBetween(now - 60, now + 60);
        assertThat(first.get("sessions").asInt()).isZero();

        Person later = ada.with(signedIn(now - MONTH / 2));
        JsonNode renewed = later.post("/api/auth/refresh", null).expect(200);
        JsonNode claims = claims(renewed.get("access_token").asText());
        assertThat(claims.get("auth_time").asLong()).isEqualTo(now - MONTH / 2);
        assertThat(claims.get("sub").asText()).isEqualTo(Long.toString(ada.id));
        assertThat(claims.get("exp").asLong() - claims.get("iat").asLong()).isEqualTo(604_800);
        assertThat(renewed.get("expires_in").asLong()).isEqualTo(604_800);
        assertThat(renewed.get("token_type").asText()).isEqualTo("Bearer");
        assertThat(renewed.at("/user/id").asLong()).isEqualTo(ada.id);
        for (Person each : List.of(later, ada.with(renewed.get("access_token").asText()))) {
            each.get("/api/auth/me").expect(200);
        }
    }

    @Test
    void noTokenIsGoodForLongerThanItsSession() {
        JsonNode renewed = ada.with(signedIn(now - MONTH + 3_600)).post("/api/auth/refresh", null).expect(200);
        assertThat(claims(renewed.get("access_token").asText()).get("exp").asLong()).isEqualTo(now + 3_600);
        assertThat(renewed.get("expires_in").asLong()).isBetween(1L, 3_600L);
    }

    @Test
    void afterTheEndOfTheSessionThePasswordIsAskedForAgain() {
        Answer refused = ada.with(signedIn(now - MONTH)).post("/api/auth/refresh", null);
        assertThat(refused.expect(401).get("code").asText()).isEqualTo("not_authenticated");
        assertThat(refused.body().get("detail").asText()).contains("sign in again");
    }

    @Test
    void aTokenOfAnOlderProgramIsGoodAndItsSessionBeganWhenItWasIssued() {
        Person before = ada.with(Forgery.good(ada.id, claims -> claims.setIssuedAt(NumericDate.fromSeconds(now - 7_200))));
        before.get("/api/auth/me").expect(200);
        JsonNode renewed = before.post("/api/auth/refresh", null).expect(200);
        assertThat(claims(renewed.get("access_token").asText()).get("auth_time").asLong()).isEqualTo(now - 7_200);
    }

    // ---- a new password

    @Test
    void aNewPasswordMakesAllOtherTokensVoid() {
        Person elsewhere = ada.with(login(Person.PASSWORD).expect(200).get("access_token").asText());
        Tokens.Verified underWay = tokens.verify(ada.token);
        JsonNode changed = change(ada, Person.PASSWORD, NEW).expect(200);
        assertThat(changed.get("expires_in").asLong()).isEqualTo(604_800);
        for (String old : List.of(ada.token, elsewhere.token, tokens.renew(underWay).token(), Forgery.good(ada.id))) {
            ada.with(old).get("/api/auth/me").expect(401);
            ada.with(old).post("/api/auth/refresh", null).expect(401);
            assertThatThrownBy(() -> Socket.open(base, old, null)).hasStackTraceContaining("401");
        }
        Person again = ada.with(changed.get("access_token").asText());
        again.get("/api/auth/me").expect(200);
        JsonNode renewed = again.post("/api/auth/refresh", null).expect(200);
        ada.with(renewed.get("access_token").asText()).get("/api/auth/me").expect(200);
        login(Person.PASSWORD).expect(401);
        ada.with(login(NEW).expect(200).get("access_token").asText()).get("/api/auth/me").expect(200);
    }

    @Test
    void aNewPasswordClosesTheSocketsThatOldTokensOpened() {
        Person bea = Person.register(base, "Bea");
        long room = bea.room(ada);
        try (Socket inbox = ada.socket();
                Socket joined = ada.socket(room);
                SocketIo websocket = SocketIo.connect(ada, SocketIo.WEBSOCKET);
                SocketIo polling = SocketIo.connect(ada, SocketIo.POLLING);
                Socket beas = bea.socket()) {
            Person again = ada.with(change(ada, Person.PASSWORD, NEW).expect(200).get("access_token").asText());
            try (Socket fresh = again.socket(); SocketIo freshToo = SocketIo.connect(again, SocketIo.WEBSOCKET)) {
                assertThat(inbox.closeCode()).isEqualTo(4401);
                assertThat(joined.closeCode()).isEqualTo(4401);
                for (SocketIo client : List.of(websocket, polling)) {
                    assertThat(client.await("error").get("message").asText()).isEqualTo("Token expired");
                    client.await("disconnect");
                    assertThat(client.await("connect_error").get("message").asText()).isEqualTo("Not authenticated");
                }
                bea.post(room, "Are you still there?");
                fresh.await("new_message");
                freshToo.await("new_message");
                beas.await("new_message");
            }
        }
    }

    @Test
    void whatIsNoPasswordIsRefusedAsWhenRegistering() {
        for (String bad : List.of("1234567", "ä".repeat(37), "")) {
            String registering = Person.register(base, "Bea").post("/api/auth/register",
                    Map.of("email", People.email(), "name", "Ada", "password", bad)).expect(400).get("detail").asText();
            assertThat(change(ada, Person.PASSWORD, bad).expect(400).get("detail").asText()).isEqualTo(registering);
        }
        assertThat(ada.post("/api/auth/password", Map.of("password", NEW)).expect(400).get("detail").asText())
                .contains("current_password");
        assertThat(change(ada, "ä".repeat(37), NEW).expect(400).get("detail").asText()).contains("current_password");
        login(Person.PASSWORD).expect(200);
    }

    @Test
    void aWrongPasswordEndsNothingAndCountsAsOneOfLogin() {
        for (int i = 0; i < 5; i++) {
            JsonNode refused = change(ada, "wrong horse", NEW).expect(403);
            assertThat(refused.get("code").asText()).isEqualTo("forbidden");
            assertThat(refused.get("detail").asText()).isEqualTo("Wrong password");
            login("wrong horse").expect(401);
        }
        ada.get("/api/auth/me").expect(200);
        change(ada, Person.PASSWORD, NEW).expect(429);
        login(Person.PASSWORD).expect(429);
    }

    @Test
    void ofTwoChangesAtOnceOneIsMade() throws SQLException {
        List<String> wanted = List.of("the first one", "the second one");
        List<CompletableFuture<Answer>> both = wanted.stream()
                .map(password -> CompletableFuture.supplyAsync(() -> change(ada, Person.PASSWORD, password))).toList();
        List<Answer> answers = both.stream().map(CompletableFuture::join).toList();
        int winner = answers.get(0).status() == 200 ? 0 : 1;
        // The other comes too late either for its password or for its token.
        assertThat(answers.get(1 - winner).status()).isIn(401, 403);
        ada.with(answers.get(winner).expect(200).get("access_token").asText()).get("/api/auth/me").expect(200);
        login(wanted.get(winner)).expect(200);
        login(wanted.get(1 - winner)).expect(401);
        assertThat(new Sql(database).number("select sessions from users where id = " + ada.id)).isOne();
    }

    @Test
    void whoChangesTheirNameMeanwhileDoesNotBringTheOldPasswordBack() throws SQLException {
        QuarkusTransaction.requiringNew().run(() -> {
            User row = User.findById(ada.id);
            row.name = "Ada L";
            change(ada, Person.PASSWORD, NEW).expect(200);
        });
        login(Person.PASSWORD).expect(401);
        login(NEW).expect(200);
        assertThat(new Sql(database).number("select count(*) from users where name = 'Ada L' and id = " + ada.id)).isOne();
    }

    // ---- at another instance

    @ParameterizedTest
    @CsvSource({ "true", "false" })
    void whatAnotherInstanceTellsOfEndsSessionsHere(boolean told) throws SQLException {
        try (Socket socket = ada.socket(); SocketIo client = SocketIo.connect(ada, SocketIo.WEBSOCKET)) {
            new Sql(database).change(ENDING.formatted(ada.email, told ? TELLING : "1"));
            if (!told) {
                voidTokens.listening();
            }
            assertThat(socket.closeCode()).isEqualTo(4401);
            client.await("disconnect");
            ada.get("/api/auth/me").expect(401);
        }
    }

    /** As README's Operation says it is. */
    @Test
    void aPasswordThatWasForgottenIsReplacedInTheDatabase() throws SQLException {
        Sql sql = new Sql(database);
        sql.change("create extension if not exists pgcrypto");
        sql.change("update users set password_hash = crypt('%s', gen_salt('bf', 10)), sessions = sessions + 1 where id = %d"
                .formatted(NEW, ada.id));
        login(Person.PASSWORD).expect(401);
        ada.with(login(NEW).expect(200).get("access_token").asText()).get("/api/auth/me").expect(200);
    }

    @Test
    void aSocketThatOpensWhileItsTokenBecomesVoidIsClosedToo() throws SQLException {
        Sql sql = new Sql(database);
        Person bea = Person.register(base, "Bea");
        CompletableFuture<Socket> opening;
        SocketIo client = SocketIo.with(base, options -> options.auth = Map.of("token", bea.token));
        try (Connection connection = database.getConnection(); Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("lock table chat_participants in access exclusive mode");
            opening = CompletableFuture.supplyAsync(ada::socket);
            client.open();
            // Their tokens are good, and their rooms are about to be read.
            await().until(() -> sql.number("""
                    select count(*) from pg_locks where relation = 'chat_participants'::regclass and not granted""") >= 2);
            for (Person each : List.of(ada, bea)) {
                sql.change(ENDING.formatted(each.email, TELLING));
                await().until(() -> users.cached(each.id) == null);
            }
            connection.rollback();
        }
        try (Socket socket = opening.join(); client) {
            assertThat(socket.closeCode()).isEqualTo(4401);
            client.await("disconnect");
        }
    }

    @Test
    void aTokenThatIsNewerThanWhatIsKnownOfItsUserIsGood() throws SQLException {
        ada.get("/api/auth/me").expect(200);
        new Sql(database).change("update users set sessions = 1 where id = " + ada.id);
        ada.with(Forgery.good(ada.id, claims -> claims.setClaim("sessions", 1))).get("/api/auth/me").expect(200);
        ada.get("/api/auth/me").expect(401);
        ada.with(Forgery.good(ada.id, claims -> claims.setClaim("sessions", 2))).get("/api/auth/me").expect(401);
    }

    private String signedIn(long at) {
        return Forgery.good(ada.id, claims -> claims.setClaim("auth_time", at));
    }

    private Answer login(String password) {
        return ada.post("/api/auth/login", Map.of("email", ada.email, "password", password));
    }

    private static Answer change(Person who, String from, String to) {
        return who.post("/api/auth/password", Map.of("current_password", from, "password", to));
    }

    private JsonNode claims(String token) {
        try {
            return json.readTree(Base64.getUrlDecoder().decode(token.split("\\.")[1]));
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
