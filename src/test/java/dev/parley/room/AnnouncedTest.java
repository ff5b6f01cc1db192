package dev.parley.room;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.sql.SQLException;
import java.util.List;

import javax.sql.DataSource;

import jakarta.inject.Inject;

import org.junit.jupiter.api.Test;

import dev.parley.backplane.Notice;
import dev.parley.testsupport.LargeTables;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.Socket;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;

@QuarkusTest
class AnnouncedTest {

    @TestHTTPResource("/")
    URI base;
    @Inject
    DataSource database;
    @Inject
    Announced announced;
    @Inject
    Heads heads;

    /** It would take a memory of any size. */
    @Test
    void whoeverHearsARoomOfWhichTooMuchWasMissedHasToComeBack() throws SQLException {
        Person ann = Person.register(base, "Ann");
        long quiet = ann.group("Quiet");
        long busy = ann.group("Busy");
        try (Socket other = ann.socket(quiet)) {
            Socket joined = ann.socket(busy);
            Socket inbox = ann.socket();
            // As by an instance that was not heard meanwhile.
            new LargeTables(database).lengthen(List.of(busy), ann, 0, 6_000);
            heads.forgetAll();
            announced.read(List.of(new Notice.Range(busy, 2, 6_001, false)));
            assertThat(joined.closeCode()).isEqualTo(1012);
            assertThat(inbox.closeCode()).isEqualTo(1012);
            ann.post(quiet, "still here");
            assertThat(other.await("new_message").at("/data/content").asText()).isEqualTo("still here");
        }
        try (Socket back = ann.socket(busy)) {
            ann.post(busy, "what comes next");
            assertThat(back.await("new_message").at("/data/seq").asLong()).isEqualTo(6_001);
        }
    }
}
