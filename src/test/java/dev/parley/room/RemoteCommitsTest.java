package dev.parley.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.sql.DataSource;

import jakarta.inject.Inject;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.databind.JsonNode;

import dev.parley.backplane.Instance;
import dev.parley.backplane.Notice;
import dev.parley.backplane.Notices;
import dev.parley.testsupport.LargeTables;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.Socket;
import dev.parley.testsupport.SocketIo;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;

@QuarkusTest
class RemoteCommitsTest {

    private static final Pattern LIFT = Pattern.compile("update chat_rooms set version = [^;]+");

    @TestHTTPResource("/")
    URI base;
    @Inject
    DataSource database;
    @Inject
    RemoteCommits others;
    @Inject
    Heads heads;
    @Inject
    Announced announced;
    @Inject
    RoomEvents rows;
    @Inject
    RoomReader rooms;
    @Inject
    Rosters rosters;
    @Inject
    Audience audience;
    @Inject
    Instance self;
    @Inject
    Notices notices;
    @Inject
    MeterRegistry metrics;

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

    /** Each instance counts its own, so that the sum is what was said. */
    @Test
    void whatWasPostedAtAnotherInstanceIsNotCountedHere() throws SQLException {
        Person ann = Person.register(base, "Ann");
        long room = ann.group("Room");
        Counter posted = metrics.get("parley.messages").counter();
        double before = posted.count();
        try (Socket joined = ann.socket(room)) {
            new LargeTables(database).lengthen(List.of(room), ann, 0, 3);
            heads.forgetAll();
            others.read(List.of(new Notice.Range(room, 2, 4, false)));
            joined.await(frame -> frame.at("/data/seq").asLong() == 3, Duration.ofSeconds(10));
            assertThat(posted.count()).isEqualTo(before);
            ann.post(room, "said here");
            Awaitility.await().untilAsserted(() -> assertThat(posted.count()).isEqualTo(before + 1));
        }
    }

    /** What the README says to do after a restore, so that cursors of any time are behind all that is new. */
    @Test
    void whoReturnsAfterTheSameBackupWasRestoredAgainHearsAllThatIsNew() throws IOException, SQLException {
        Matcher lift = LIFT.matcher(Files.readString(Path.of("README.md")));
        assertThat(lift.find()).isTrue();
        Person ann = Person.register(base, "Ann");
        long room = ann.group("Room");
        long backup = ann.post(room, "restored").get("version").asLong();
        LargeTables database = new LargeTables(this.database);
        long seen = backup + 200;
        for (int time = 1; time <= 2; time++) {
            database.run("delete from chat_messages where room_id = " + room + " and seq > 1");
            database.run("update chat_rooms set last_seq = 1, version = " + backup + " where id = " + room);
            database.run(lift.group() + " where id = " + room);
            others.look(Duration.ZERO);
            heads.forgetAll();
            ann.post(room, "after restore " + time);
            JsonNode changes = ann.get("/api/chat/rooms/" + room + "/changes?since=" + seen).expect(200);
            assertThat(changes.get("changes")).hasSize(1);
            seen = changes.get("version").asLong();
        }
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

    /** The rows show more than the notice that they are read for. */
    @Test
    void whoWasRemovedRightBehindAMessageIsKnownToHaveGone() throws SQLException {
        Person ann = Person.register(base, "Ann");
        Person bob = Person.register(base, "Bob");
        long room = ann.group("Room", bob);
        try (Socket gone = bob.socket(); Socket stays = ann.socket()) {
            assertThat(rosters.of(room).has(bob.id)).isTrue();
            new LargeTables(database).lengthen(List.of(room), ann, 0, 1);
            remove(bob, room, 3);
            others.read(List.of(new Notice.Range(room, 2, 2, false)));
            others.read(List.of(new Notice.Range(room, 3, 3, true)));
            assertThat(rosters.of(room).has(bob.id)).isFalse();
            assertThat(gone.await("room_update").at("/data/is_member").asBoolean()).isFalse();
            assertThat(stays.await("room_update").at("/data/version").asLong()).isEqualTo(3);
        }
    }

    /** As an own commit in the room does, before the notice of the removal is heard. */
    @Test
    void whoWasRemovedIsToldThoughTheMembersWereReadMeanwhile() throws SQLException {
        Person ann = Person.register(base, "Ann");
        Person bob = Person.register(base, "Bob");
        long room = ann.group("Room", bob);
        try (Socket gone = bob.socket()) {
            remove(bob, room, 2);
            rosters.reload(room);
            others.read(List.of(new Notice.Range(room, 2, 2, true)));
            assertThat(gone.await("room_update").at("/data/is_member").asBoolean()).isFalse();
        }
    }

    /** Else who was there all along, and hears by Socket.IO, would miss what was said before. */
    @Test
    void whoBecomesTheAdminOfAGroupThatIsLeftDidNotComeToItOnlyThen() {
        Person ann = Person.register(base, "Ann");
        Person bob = Person.register(base, "Bob");
        long room = ann.group("Room", bob);
        long before = ann.post(room, "bye").get("version").asLong() - 1;
        ann.delete("/api/chat/rooms/" + room + "/members/" + ann.id).expect(204);
        List<Event> events = rows.since(room, before, 100).events();
        assertThat(events.getFirst().type()).isEqualTo("new_message");
        assertThat(events.getLast()).isInstanceOfSatisfying(Event.Changed.class, left -> {
            assertThat(left.arrived()).isEmpty();
            assertThat(left.departed()).containsExactly(ann.id);
            assertThat(left.room().members()).singleElement().satisfies(
                    member -> assertThat(member.role()).isEqualTo(Participant.ADMIN));
        });
    }

    /** However late they are told of it. */
    @Test
    void whoWasRemovedLearnsNothingOfWhatTheRoomIsCalledLater() throws SQLException {
        Person ann = Person.register(base, "Ann");
        Person bob = Person.register(base, "Bob");
        long room = ann.group("Room", bob);
        try (Socket gone = bob.socket()) {
            remove(bob, room, 2);
            LargeTables database = new LargeTables(this.database);
            database.run("update chat_rooms set name = 'Secret', updated_at = now() + interval '1 hour', version = 3,"
                    + " info_version = 3 where id = " + room);
            others.read(List.of(new Notice.Range(room, 2, 3, true)));
            JsonNode told = gone.await("room_update").get("data");
            assertThat(told.get("is_member").asBoolean()).isFalse();
            assertThat(told.get("name").isNull()).isTrue();
            assertThat(told.get("updated_at")).isEqualTo(told.get("created_at"));
        }
    }

    /** As behind a gap while this instance was deaf. */
    @Test
    void whoeverBeginsToListenBehindWhatNobodyHeardIsToldNothingOfIt() throws SQLException {
        Person ann = Person.register(base, "Ann");
        long room = ann.group("Room");
        ann.socket(room).close();
        await().until(() -> !audience.isHere(ann.id));
        LargeTables tables = new LargeTables(database);
        tables.lengthen(List.of(room), ann, 0, 5);
        others.read(List.of(new Notice.Range(room, 2, Long.MAX_VALUE, false)));
        heads.forgetAll();
        try (SocketIo back = SocketIo.connect(ann, SocketIo.WEBSOCKET)) {
            tables.lengthen(List.of(room), ann, 5, 6);
            others.read(List.of(new Notice.Range(room, 7, 7, false)));
            assertThat(back.await("new_message").get("content").asText()).isEqualTo("message 6");
        }
    }

    /** Each room's are read from the database. */
    @Test
    void whatOthersCommittedKeepsOwnCommitsInOtherRoomsFromNobody() {
        Person ann = Person.register(base, "Ann");
        long busy = ann.group("Busy");
        long shared = ann.group("Shared");
        List<String> order = new ArrayList<>();
        Announced fresh = new Announced(new Announcers(List.of(events -> order.add("own"))));
        OwnCommits own = new OwnCommits(self, notices, fresh);
        RemoteCommits reading = new RemoteCommits(fresh, (room, version, most) -> {
            order.add(room == busy ? "busy" : "shared");
            return new RoomEvents.Missed(List.of(), version + 1, false);
        }, rooms, rosters, heads, audience);
        own.expect(List.of(new Event.Said("new_message", rosters.of(shared), 3, false, viewer -> shared)));
        UUID other = UUID.randomUUID();
        new CommitNotices(self, own, reading).received(
                List.of(notice(other, busy, 2), notice(other, shared, 2), notice(self.id(), shared, 3)));
        assertThat(order).containsExactly("shared", "own", "busy");
    }

    private static Notice notice(UUID from, long room, long version) {
        return new Notice(from, 1L, List.of(new Notice.Range(room, version, version, true)), null, null, null, null);
    }

    /** By another instance. */
    private void remove(Person member, long room, long version) throws SQLException {
        LargeTables database = new LargeTables(this.database);
        database.run("update chat_participants set is_active = false, changed_version = %d where room_id = %d and user_id = %d"
                .formatted(version, room, member.id));
        database.run("update chat_rooms set version = %1$d, info_version = %1$d, members_version = %1$d where id = %2$d"
                .formatted(version, room));
        heads.forgetAll();
    }

    /** Else the whole instance would be deaf, and begin again and again. */
    @Test
    void aRoomThatCannotBeReadSendsAwayThoseWhoHearItAndNobodyElse() throws SQLException {
        Person ann = Person.register(base, "Ann");
        long broken = ann.group("Broken");
        long whole = ann.group("Whole");
        RoomEvents failing = (room, version, most) -> {
            if (room == broken) {
                throw new IllegalStateException("of a test");
            }
            return rows.since(room, version, most);
        };
        try (Socket other = ann.socket(whole); Socket joined = ann.socket(broken)) {
            new LargeTables(database).lengthen(List.of(broken, whole), ann, 0, 1);
            heads.forgetAll();
            new RemoteCommits(announced, failing, rooms, rosters, heads, audience)
                    .read(List.of(new Notice.Range(broken, 2, 2, false), new Notice.Range(whole, 2, 2, false)));
            assertThat(other.await("new_message").at("/data/content").asText()).isEqualTo("message 1");
            assertThat(joined.closeCode()).isEqualTo(1012);
        }
        try (Socket back = ann.socket(broken)) {
            ann.post(broken, "what comes next");
            assertThat(back.await("new_message").at("/data/content").asText()).isEqualTo("what comes next");
        }
    }
}
