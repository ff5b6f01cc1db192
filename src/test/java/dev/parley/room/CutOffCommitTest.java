package dev.parley.room;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import jakarta.inject.Inject;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.parley.testsupport.Person;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;

/** A connection dies during the COMMIT: what was not committed is not acknowledged, and what was is not written twice. */
@QuarkusTest
class CutOffCommitTest {

    @TestHTTPResource("/")
    URI base;
    @Inject
    Writer writer;
    @Inject
    Heads heads;
    @Inject
    Rosters rosters;
    @Inject
    Deliveries deliveries;
    @Inject
    DataSource database;
    private Person alice;
    private long room;

    @BeforeEach
    void aRoom() {
        alice = Person.register(base, "Alice");
        room = alice.group("Before");
    }

    /** Names the room; and does something else at its end, the first time. */
    private final class Rename extends Change<Void> {

        private final AtomicInteger times;
        private final Doing first;

        Rename(AtomicInteger times, Doing first) {
            super(room, alice.id);
            this.times = times;
            this.first = first;
        }

        @Override
        protected Void apply(RoomTurn turn) throws SQLException {
            turn.nextVersion();
            try (Statement statement = turn.connection().createStatement()) {
                statement.execute("update chat_rooms set name = 'After' where id = " + room);
            }
            if (times.incrementAndGet() == 1) {
                first.with(turn.connection());
            }
            return null;
        }
    }

    @FunctionalInterface
    private interface Doing {
        void with(Connection connection) throws SQLException;
    }

    /** Of another instance, which takes the version that the lost batch would have had. */
    @Test
    void aChangeThatWasLostIsMadeAgainThoughItsRoomHasMovedOn() throws Exception {
        AtomicInteger times = new AtomicInteger();
        writer.submit(new Rename(times, connection -> {
            end(connection);
            execute("update chat_rooms set version = version + 1 where id = " + room);
        })).get(30, TimeUnit.SECONDS);
        assertThat(name()).isEqualTo("After");
        assertThat(times).hasValue(2);
    }

    @Test
    void whatWasCommittedIsFoundOnAnotherConnection() throws SQLException {
        try (Connection first = database.getConnection(); Connection other = database.getConnection()) {
            first.setAutoCommit(false);
            Batch batch = new Batch(first, Backend.of(first), heads, rosters, deliveries);
            batch.commit(List.of(new Rename(new AtomicInteger(), connection -> {
            })));
            batch.committed();
            assertThat(batch.committing()).isTrue();
            first.abort(Runnable::run);
            other.setAutoCommit(false);
            assertThat(batch.landed(other)).isTrue();
            assertThat(new CommitMark(UUID.randomUUID()).landed(other)).as("of an instance that never was").isFalse();
            other.setAutoCommit(true);
        }
        assertThat(name()).isEqualTo("After");
    }

    private void end(Connection connection) throws SQLException {
        execute("select pg_terminate_backend(" + Backend.of(connection).pid() + ", 10000)");
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = database.getConnection(); Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private String name() throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select name from chat_rooms where id = " + room)) {
            row.next();
            return row.getString(1);
        }
    }
}
