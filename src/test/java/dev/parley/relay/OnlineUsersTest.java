package dev.parley.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

import javax.sql.DataSource;

import jakarta.inject.Inject;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.parley.account.Users;
import dev.parley.backplane.Courier;
import dev.parley.backplane.Instance;
import dev.parley.backplane.Notices;
import dev.parley.backplane.Recipient;
import dev.parley.room.Event;
import dev.parley.room.Roster;
import dev.parley.testsupport.LargeTables;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.Socket;
import dev.parley.testsupport.Sql;
import io.quarkus.arc.All;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;

@QuarkusTest
class OnlineUsersTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TestHTTPResource("/")
    URI base;
    @Inject
    DataSource database;
    @Inject
    @All
    List<Recipient> recipients;
    @Inject
    PresenceFrames frames;
    @Inject
    Here here;
    @Inject
    Users users;
    @Inject
    Instance self;
    @Inject
    Courier courier;
    @Inject
    ObjectMapper json;

    private record Door(List<Object> told) implements LiveDoor {

        @Override
        public void tell(long[] users, String type, Object data) {
            told.add(data);
        }

        @Override
        public void typing(Roster room, long exceptUser, Object data) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void voided(long userId, int sessions) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void committed(List<Event> events) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void stop() {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isEmpty() {
            return false;
        }
    }

    /** Else the messages of rooms that nobody spoke in since this instance started would be missed without a sign. */
    @Test
    void whatIsSaidElsewhereWhileNothingIsHeardIsToldToSocketsThatOpenedWhenNothingCouldBeRead() throws Exception {
        Person ann = Person.register(base, "Ann");
        long room = ann.group("Quiet");
        CountDownLatch over = new CountDownLatch(1);
        frames.first(() -> {
            try {
                over.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        try (Socket inbox = ann.socket()) {
            new LargeTables(database).lengthen(List.of(room), ann, 0, 1);
            recipients.forEach(Recipient::listening);
            assertThat(inbox.await("new_message").at("/data/content").asText()).isEqualTo("message 1");
        } finally {
            over.countDown();
        }
    }

    @Test
    void whoseComingCouldNotBeToldIsToldLater() throws Exception {
        Person ann = Person.register(base, "Ann");
        Person bob = Person.register(base, "Bob");
        ann.room(bob);
        AtomicBoolean away = new AtomicBoolean(true);
        CountDownLatch tried = new CountDownLatch(1);
        List<Object> told = Collections.synchronizedList(new ArrayList<>());
        Sightings failing = new Sightings(database, self) {
            @Override
            long[] neighbours(long userId) throws SQLException {
                if (away.get()) {
                    tried.countDown();
                    throw new SQLException("away", "08006");
                }
                return super.neighbours(userId);
            }
        };
        try (Socket watcher = bob.socket()) {
            Awaitility.await().atMost(PATIENCE).until(() -> watcher.isOpen() && here.isHere(bob.id));
            PresenceFrames telling = new PresenceFrames(here, failing, List.of(new Door(told)), users);
            telling.tell(ann.id, user -> true);
            tried.await();
            assertThat(told).isEmpty();
            away.set(false);
            telling.tellTheRest(user -> true);
            Awaitility.await().atMost(PATIENCE).until(() -> told.size() == 1);
            telling.tell(ann.id, user -> true);
            telling.tellTheRest(user -> true);
            CountDownLatch done = new CountDownLatch(1);
            telling.tell(bob.id, user -> {
                done.countDown();
                return false;
            });
            done.await();
            assertThat(told).as("once").hasSize(1);
        }
    }

    /** Else somebody in many large rooms who comes and goes all the time would hold up everybody's rows and presence. */
    @Test
    void whoeverComesAndGoesIsToldOfOnceBehindTheRowsOfAll() throws Exception {
        long ann = 1;
        long bob = 2;
        CountDownLatch busy = new CountDownLatch(1);
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        PresenceFrames telling = new PresenceFrames(here, new Sightings(database, self), List.of(), users);
        telling.first(() -> {
            try {
                busy.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        for (int i = 0; i < 3; i++) {
            telling.tell(ann, user -> !order.add("ann"));
        }
        telling.tell(bob, user -> !order.add("bob"));
        telling.first(() -> order.add("rows"));
        busy.countDown();
        Awaitility.await().atMost(PATIENCE).until(() -> order.contains("bob"));
        assertThat(order).containsExactly("rows", "ann", "bob");
    }

    /** Or other instances would go on to say that they are here. */
    @Test
    void whoWentWhileTheDatabaseTookNothingIsForgottenWhenItDoes() throws SQLException {
        Person ann = Person.register(base, "Ann");
        String row = "select from instance_users where user_id = " + ann.id;
        try (Connection connection = database.getConnection(); Statement statement = connection.createStatement()) {
            Socket socket = ann.socket();
            Awaitility.await().atMost(PATIENCE).until(() -> found(statement, row));
            statement.execute("""
                    create sequence refusals;
                    create function refuse() returns trigger language plpgsql as $$
                        begin perform nextval('refusals'); raise exception 'of a test'; end $$;
                    create trigger refuse before delete on instance_users execute function refuse()""");
            socket.close();
            try {
                Awaitility.await().atMost(PATIENCE).until(() -> found(statement, "select from refusals where is_called"));
            } finally {
                statement.execute("drop trigger refuse on instance_users; drop function refuse(); drop sequence refusals");
            }
            Awaitility.await().atMost(PATIENCE).until(() -> !found(statement, row));
        }
    }

    /** Else who reads the rows between the two would take them for gone, or for here, from then on. */
    @Test
    void otherInstancesAreToldOfWhoeverComesWhenTheRowsSayIt() throws Exception {
        Person ann = Person.register(base, "Ann");
        UUID other = UUID.randomUUID();
        new Sql(database).change("insert into service_instances values ('" + other + "', now(), now() + interval '1 minute')");
        try (Connection others = database.getConnection();
                Connection rows = database.getConnection();
                Statement listen = others.createStatement();
                Statement lock = rows.createStatement()) {
            listen.execute("listen " + Notices.CHANNEL);
            rows.setAutoCommit(false);
            lock.execute("lock table instance_users in share mode");
            try (Socket socket = ann.socket()) {
                Awaitility.await().atMost(PATIENCE).until(
                        () -> found(lock, "select from pg_locks where relation = 'instance_users'::regclass and not granted"));
                // Goes with what else there is to tell, or behind it.
                courier.profile(ann.id);
                awaitNotice(others, "users", ann);
                rows.rollback();
                awaitNotice(others, "came", ann);
                assertThat(found(lock, "select from instance_users where user_id = " + ann.id)).isTrue();
                assertThat(socket.isOpen()).isTrue();
            } finally {
                rows.rollback();
                rows.setAutoCommit(true);
                listen.execute("unlisten *");
            }
        } finally {
            new Sql(database).change("delete from service_instances where id = '" + other + "'");
        }
    }

    /** In which this list names somebody, and before which none says that they came. */
    private void awaitNotice(Connection connection, String list, Person person) throws Exception {
        while (true) {
            PGNotification[] notices = connection.unwrap(PGConnection.class).getNotifications((int) PATIENCE.toMillis());
            assertThat(notices).isNotEmpty();
            for (PGNotification each : notices) {
                JsonNode notice = json.readTree(each.getParameter());
                if (names(notice, list, person)) {
                    return;
                }
                assertThat(names(notice, "came", person)).as("told before its row").isFalse();
            }
        }
    }

    private static boolean names(JsonNode notice, String list, Person person) {
        for (JsonNode id : notice.path(list)) {
            if (id.asLong() == person.id) {
                return true;
            }
        }
        return false;
    }

    private static boolean found(Statement statement, String sql) throws SQLException {
        try (ResultSet rows = statement.executeQuery(sql)) {
            return rows.next();
        }
    }
}
