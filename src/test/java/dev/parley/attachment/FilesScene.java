package dev.parley.attachment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import javax.sql.DataSource;

import jakarta.inject.Inject;

import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;

import com.fasterxml.jackson.databind.JsonNode;

import dev.parley.testsupport.Answer;
import dev.parley.testsupport.Form;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.SampleFiles;
import io.quarkus.test.common.http.TestHTTPResource;

/** Three members of a room and a stranger, and a look at what the database, the disk and the store hold. */
abstract class FilesScene {

    /** The same people in every test of a class: each registration costs a password hash. */
    private static @Nullable Cast cast;

    private record Cast(Class<?> test, Person ann, Person ben, Person cleo, Person stranger) {
    }

    @TestHTTPResource("/")
    URI base;

    @Inject
    FileSweeper sweeper;

    @Inject
    DataDirectory data;

    @Inject
    DataSource database;

    Person ann;
    Person ben;
    Person cleo;
    Person stranger;
    long room;
    private Set<String> before;

    @BeforeEach
    void enter() {
        Cast known = cast;
        if (known == null || known.test != getClass()) {
            known = new Cast(getClass(), Person.register(base, "Ann"), Person.register(base, "Ben"),
                    Person.register(base, "Cleo"), Person.register(base, "Stranger"));
            cast = known;
        }
        ann = known.ann;
        ben = known.ben;
        cleo = known.cleo;
        stranger = known.stranger;
        room = ann.group("Files", ben, cleo);
        before = stored();
    }

    /** A refused request changes nothing and leaves no file. */
    void assertNothingLeft() {
        assertNothingLeftOf(ann);
        assertThat(ann.get("/api/chat/rooms/" + room).expect(200).get("last_seq").asLong()).isZero();
    }

    /** Sockets and broken connections are cleaned up after while nobody waits, hence the patience. */
    void assertNothingLeftOf(Person person) {
        Awaitility.await().atMost(Duration.ofSeconds(6)).pollInterval(Duration.ofMillis(20)).untilAsserted(() -> {
            assertThat(count("select count(*) from media_attachments where owner_id = ? and state in ('pending', 'ready')",
                    person.id)).isZero();
            assertThat(names(data.uploads())).isEmpty();
        });
        sweptUntil(() -> assertThat(before).containsAll(stored()));
    }

    /** Again and again, since a sweep that the schedule has begun leaves nothing for another to do. */
    void sweptUntil(ThrowingRunnable holds) {
        Awaitility.await().pollInterval(Duration.ofMillis(20)).untilAsserted(() -> {
            sweeper.sweep();
            holds.run();
        });
    }

    static JsonNode assertRefused(Answer answer, int status, String code, String sentence) {
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(status);
        assertThat(answer.headers().firstValue("content-type")).hasValue("application/problem+json");
        assertThat(answer.body().get("code").asText()).isEqualTo(code);
        assertThat(answer.body().get("detail").asText()).startsWith(sentence);
        return answer.body();
    }

    JsonNode posted(Form form) {
        return ann.post(room, form).expect(201);
    }

    /** Keys in the store. */
    Set<String> stored() {
        return names(data.files());
    }

    long count(String sql, long parameter) {
        try (Connection connection = database.getConnection(); PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, parameter);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    String text(String sql) {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getString(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    void change(String sql) {
        try (Connection connection = database.getConnection(); PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    static byte[] sample(String name) {
        try {
            return Files.readAllBytes(SampleFiles.get(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The names of all files below a directory. */
    static Set<String> names(Path root) {
        try (Stream<Path> paths = Files.walk(root)) {
            return paths.filter(Files::isRegularFile).map(path -> path.getFileName().toString()).collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
