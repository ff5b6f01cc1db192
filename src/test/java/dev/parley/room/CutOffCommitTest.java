package dev.parley.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.logging.ConsoleHandler;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

import javax.sql.DataSource;

import jakarta.inject.Inject;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.parley.account.Users;
import dev.parley.problem.Code;
import dev.parley.problem.Refusal;
import dev.parley.rate.Rates;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.Socket;
import dev.parley.testsupport.Sql;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
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
    OwnCommits commits;
    @Inject
    DataSource database;
    @Inject
    Users users;
    @Inject
    RoomReader reader;
    @Inject
    Rates rates;
    private Person alice;
    private long room;

    @BeforeEach
    void aRoom() {
        alice = Person.register(base, "Alice");
        room = alice.group("Before");
    }

    /** Names the room; and does something else at its end, the first time. */
    private class Rename extends Change<Void> {

        private final Doing first;
        private int times;

        Rename(Doing first) {
            super(room, alice.id);
            this.first = first;
        }

        @Override
        protected Void apply(RoomTurn turn) throws SQLException {
            turn.nextVersion();
            try (Statement statement = turn.connection().createStatement()) {
                statement.execute("update chat_rooms set name = 'After' where id = " + room);
            }
            if (++times == 1) {
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
        Rename rename = new Rename(connection -> {
            new Sql(database).change("select pg_terminate_backend(" + Backend.of(connection).pid() + ", 10000)");
            new Sql(database).change("update chat_rooms set version = version + 1 where id = " + room);
        });
        writer.submit(rename).get(30, TimeUnit.SECONDS);
        assertThat(name()).isEqualTo("After");
        assertThat(rename.times).isEqualTo(2);
    }

    @Test
    void whoWaitsBehindACommitInDoubtIsAnsweredMeanwhile() {
        Queue<Change<?>> queue = new ArrayDeque<>();
        Rename waiting = waiting();
        WriterConnection connections = new WriterConnection(database) {
            private boolean given;

            @Override
            Connection get(Queue<Change<?>> queued) {
                Connection connection = given ? null : super.get(queued);
                given = true;
                return connection;
            }
        };
        Committer committer = committer(connections, new Retries(connections, heads));
        committer.stopWaiting();
        committer.write(List.of(asked(new Rename(connection -> {
            queue.add(waiting);
            new Sql(database).change("select pg_terminate_backend(" + Backend.of(connection).pid() + ", 10000)");
        }))), queue);
        assertThat(waiting.done).isCompletedExceptionally();
        assertThat(queue).isEmpty();
    }

    @Test
    void whatIsTriedAgainIsWrittenOnlyWhileSomebodyWaitsForIt() {
        Queue<Change<?>> queue = new ArrayDeque<>();
        Rename waiting = waiting();
        WriterConnection connections = new WriterConnection(database);
        Rename rename = new Rename(connection -> {
            queue.add(waiting);
            throw new SQLException("of a test", "40001");
        }) {
            @Override
            protected Void apply(RoomTurn turn) throws SQLException {
                queuedAt -= TimeUnit.MINUTES.toNanos(1);
                return super.apply(turn);
            }
        };
        try {
            committer(connections, new Retries(connections, heads)).write(List.of(asked(rename)), queue);
        } finally {
            connections.drop();
        }
        assertThat(rename.done).isCompletedExceptionally();
        assertThat(waiting.done).isCompletedExceptionally();
        assertThat(name()).isEqualTo("Before");
    }

    /** NOTIFY takes one of the whole server, and a room may be free again when it is asked for. */
    @Test
    void aLockThatNoRoomIsUnderIsWaitedForOnceMore() throws Exception {
        Rename rename = new Rename(connection -> {
            throw new SQLException("of a test", "55P03");
        });
        writer.submit(rename).get(30, TimeUnit.SECONDS);
        assertThat(name()).isEqualTo("After");
    }

    @Test
    void whoNeverGetsALockKeepsNobodyElseFromBeingWritten() {
        WriterConnection connections = new WriterConnection(database);
        Rename stuck = asked(new Rename(connection -> {
        }) {
            @Override
            protected Void apply(RoomTurn turn) throws SQLException {
                throw new SQLException("of a test", "55P03");
            }
        });
        Rename free = asked(new Rename(connection -> {
        }));
        try {
            committer(connections, new Retries(connections, heads)).write(List.of(stuck, free), new ArrayDeque<>());
        } finally {
            connections.drop();
        }
        assertThat(stuck.done).isCompletedExceptionally();
        assertThat(free.done).isCompleted();
        assertThat(name()).isEqualTo("After");
    }

    /** As for want of memory, of which not even the log can tell. */
    @Test
    void theWriterGoesOnBehindWhateverFails() throws Exception {
        WriterConnection connections = new WriterConnection(database);
        Committer failing = new Committer(connections, heads, rosters, commits, new Retries(connections, heads),
                new SimpleMeterRegistry()) {
            private boolean failed;

            @Override
            void write(List<Change<?>> changes, Queue<Change<?>> queue) {
                if (!failed) {
                    failed = true;
                    throw new OutOfMemoryError("of a test");
                }
                changes.forEach(Change::settle);
            }
        };
        Writer second = new Writer(failing, new SimpleMeterRegistry());
        Handler full = new ConsoleHandler() {
            @Override
            public void publish(LogRecord line) {
                throw new OutOfMemoryError("of a test");
            }
        };
        Logger log = Logger.getLogger(Writer.class.getName());
        log.addHandler(full);
        second.start(new StartupEvent());
        try {
            assertThatThrownBy(() -> second.submit(new Rename(connection -> {
            })).get(30, TimeUnit.SECONDS)).cause().isInstanceOf(Refusal.class);
            second.submit(new Rename(connection -> {
            })).get(30, TimeUnit.SECONDS);
        } finally {
            log.removeHandler(full);
            second.stop(new ShutdownEvent());
        }
    }

    /** The rows tell of it. */
    @Test
    void whatCouldNotBeAnnouncedKeepsNothingBehindItFromBeingHeard() {
        WriterConnection connections = new WriterConnection(database);
        Retries failing = new Retries(connections, heads) {
            @Override
            void worked() {
                throw new OutOfMemoryError("of a test");
            }
        };
        MemberChange.Settings stored = new MemberChange.Settings(room, alice.id, "After", null, reader);
        stored.queuedAt = System.nanoTime();
        try (Socket socket = alice.socket(room)) {
            assertThatThrownBy(() -> committer(connections, failing).write(List.of(stored), new ArrayDeque<>()))
                    .hasMessage("of a test");
            alice.post(room, "What comes next");
            assertThat(socket.await("room_update").at("/data/name").asText()).isEqualTo("After");
            socket.await("new_message");
        } finally {
            connections.drop();
        }
    }

    /** For longer than one should, behind what is being written. */
    private Rename waiting() {
        Rename waiting = asked(new Rename(connection -> {
        }));
        waiting.queuedAt -= Change.PATIENCE;
        return waiting;
    }

    private static Rename asked(Rename rename) {
        rename.queuedAt = System.nanoTime() - 1;
        return rename;
    }

    private Committer committer(WriterConnection connections, Retries retries) {
        return new Committer(connections, heads, rosters, commits, retries, new SimpleMeterRegistry());
    }

    /** Stopped, or cut off from a database that does not know it yet. */
    @Test
    void whoStandsStillWithARoomLockedKeepsNobodyFromItForLong() throws Exception {
        Rename rename = new Rename(
                locked -> new Sql(database).change("update chat_rooms set version = version + 1 where id = " + room));
        writer.submit(rename).get(30, TimeUnit.SECONDS);
        assertThat(name()).isEqualTo("After");
        assertThat(rename.times).isEqualTo(2);
    }

    @Test
    void whatAnErrorInterruptedIsNotCommittedWithWhatComesNext() throws Exception {
        Rename rename = new Rename(connection -> {
            throw new OutOfMemoryError("of a test");
        });
        assertThatThrownBy(() -> writer.submit(rename).get(30, TimeUnit.SECONDS)).cause()
                .isInstanceOfSatisfying(Refusal.class, refusal -> assertThat(refusal.code).isEqualTo(Code.UNAVAILABLE));
        alice.post("/api/chat/rooms/" + room + "/messages", Map.of("content", "What comes next")).expect(201);
        assertThat(name()).isEqualTo("Before");
    }

    @Test
    void whatWasCommittedIsFoundOnAnotherConnection() throws SQLException {
        try (Connection first = database.getConnection(); Connection other = database.getConnection()) {
            Batch batch = new Batch(first, Backend.of(first), heads, rosters, commits);
            batch.commit(List.of(new Rename(connection -> {
            })));
            batch.committed();
            assertThat(batch.committing()).isTrue();
            first.abort(Runnable::run);
            assertThat(batch.landed(other)).isTrue();
            assertThat(new CommitMark(UUID.randomUUID()).landed(other)).as("of an instance that never was").isFalse();
        }
        assertThat(name()).isEqualTo("After");
    }

    @Test
    void aRoomWhoseMakerDidNotHearThatItWasMadeIsToldToThoseInIt() {
        Person bob = Person.register(base, "Bob");
        alice.group("Earlier", bob);
        DataSource cutOff = proxy(DataSource.class, (asked, none) -> {
            Connection connection = database.getConnection();
            return proxy(Connection.class, (method, arguments) -> {
                Object result = method.invoke(connection, arguments);
                if (method.getName().equals("commit")) {
                    throw new SQLException("cut off", "08006");
                }
                return result;
            });
        });
        Rooms rooms = new Rooms(cutOff, users, reader, rosters, commits, rates);
        try (Socket witness = alice.socket(); Socket inbox = bob.socket()) {
            witness.await("presence");
            assertThatThrownBy(() -> rooms.openGroup(alice.id, "Made", List.of(bob.id))).isInstanceOf(Refusal.class);
            inbox.await(frame -> frame.at("/data/name").asText().equals("Made"), Duration.ofSeconds(60));
        }
    }

    private interface Call {
        Object with(Method method, Object[] arguments) throws Exception;
    }

    private <T> T proxy(Class<T> type, Call call) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type },
                (proxy, method, arguments) -> call.with(method, arguments)));
    }

    /** It may be the writer's own, held by the connection that broke. */
    @Test
    void anOldMarkThatIsHeldKeepsNobodyFromWriting() throws SQLException {
        UUID old = UUID.randomUUID();
        String asked = "select from writer_commits where instance_id = '" + old + "'";
        new Sql(database).change("insert into writer_commits values ('" + old + "', '" + old + "', now() - interval '2 days')");
        try (Connection broken = database.getConnection();
                Connection fresh = database.getConnection();
                Statement holding = broken.createStatement();
                Statement sweeping = fresh.createStatement()) {
            broken.setAutoCommit(false);
            holding.execute("update writer_commits set batch = batch where instance_id = '" + old + "'");
            fresh.setAutoCommit(false);
            sweeping.execute("set local lock_timeout = '2s'");
            CommitMark.sweep(sweeping);
            assertThat(sweeping.executeQuery(asked).next()).isTrue();
            broken.rollback();
            CommitMark.sweep(sweeping);
            assertThat(sweeping.executeQuery(asked).next()).isFalse();
            fresh.commit();
            broken.setAutoCommit(true);
            fresh.setAutoCommit(true);
        }
    }

    private String name() {
        return alice.get("/api/chat/rooms/" + room).expect(200).get("name").asText();
    }
}
