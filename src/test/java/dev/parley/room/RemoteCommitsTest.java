package dev.parley.room;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
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
class RemoteCommitsTest {

    @TestHTTPResource("/")
    URI base;
    @Inject
    DataSource database;
    @Inject
    RemoteCommits others;
    @Inject
    Heads heads;

    /** As by a standby that was behind, and is the database now. */
    @Test
    void whoeverHearsARoomThatWentBackInTimeHasToComeBackAndHearsWhatIsSaidThen() throws SQLException {
        Person ann = Person.register(base, "Ann");
        long room = ann.group("Room");
        try (Socket joined = ann.socket(room)) {
            for (int i = 1; i <= 10; i++) {
                ann.post(room, "lost " + i);
            }
            joined.await(frame -> frame.at("/data/seq").asLong() == 10, Duration.ofSeconds(10));
            LargeTables database = new LargeTables(this.database);
            database.run("delete from chat_messages where room_id = " + room);
            database.run("update chat_rooms set last_seq = 0, version = 1 where id = " + room);
            database.run("update chat_participants set last_read_seq = 0, read_version = 0 where room_id = " + room);
            others.look(Duration.ZERO);
            assertThat(joined.closeCode()).isEqualTo(1012);
        }
        try (Socket back = ann.socket(room)) {
            ann.post(room, "said then");
            assertThat(back.await("new_message").at("/data/content").asText()).isEqualTo("said then");
        }
    }

    /** What the README says to do after a restore, so that old cursors are behind all that is new. */
    @Test
    void whoReturnsAfterTheVersionsWereLiftedHearsAllThatIsNew() throws SQLException {
        Person ann = Person.register(base, "Ann");
        long room = ann.group("Room");
        ann.post(room, "restored");
        long seen = 229;
        new LargeTables(database).run("update chat_rooms set version = version + 1000000000 where id = " + room);
        others.look(Duration.ZERO);
        for (int i = 0; i < 3; i++) {
            ann.post(room, "new " + i);
        }
        assertThat(ann.get("/api/chat/rooms/" + room + "/changes?since=" + seen).expect(200).get("changes")).hasSize(3);
    }

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
            others.read(List.of(new Notice.Range(busy, 2, 6_001, false)));
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
