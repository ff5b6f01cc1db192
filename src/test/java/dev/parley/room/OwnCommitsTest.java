package dev.parley.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.LongStream;

import javax.sql.DataSource;

import jakarta.inject.Inject;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.parley.backplane.Instance;
import dev.parley.backplane.Notices;
import dev.parley.testsupport.Sql;
import io.quarkus.test.junit.QuarkusTest;

@QuarkusTest
class OwnCommitsTest {

    private static final int PATIENCE = 30_000;
    /** As many as one of the writer's transactions may change. */
    private static final int ROOMS = 500;
    private static final long FIRST = Long.MAX_VALUE - ROOMS;

    @Inject
    DataSource database;
    @Inject
    OwnCommits commits;
    @Inject
    Announced announced;
    @Inject
    Instance self;
    @Inject
    ObjectMapper json;
    private final UUID other = UUID.randomUUID();

    @BeforeEach
    void anotherInstance() throws SQLException {
        new Sql(database).change("insert into service_instances values ('" + other + "', now(), now() + interval '1 minute')");
    }

    @AfterEach
    void itLeaves() throws SQLException {
        new Sql(database).change("delete from service_instances where id = '" + other + "'");
    }

    /** Who is told only that much has changed has to look at everything, while it is busy. */
    @Test
    void allRoomsOfALargeCommitAreNamedToOtherInstances() throws Exception {
        List<Event> events = LongStream.range(FIRST, FIRST + ROOMS).<Event> mapToObj(room -> new Event.Said("new_message",
                new Roster(room, "group", 1, new long[0], new long[0]), Long.MAX_VALUE, false, viewer -> room)).toList();
        try (Connection others = database.getConnection(); Statement listen = others.createStatement()) {
            listen.execute("listen " + Notices.CHANNEL);
            OwnCommits.Parcel parcel = commits.expect(events);
            try (Connection connection = database.getConnection()) {
                connection.setAutoCommit(false);
                assertThat(commits.send(connection, parcel)).isTrue();
                connection.commit();
                connection.setAutoCommit(true);
            } finally {
                commits.dropped(parcel);
            }
            assertThat(named(others)).containsExactlyElementsOf(LongStream.range(FIRST, FIRST + ROOMS).boxed().toList());
            listen.execute("unlisten *");
        }
    }

    /** A client that was shown more believes that it knows all before. */
    @Test
    void whoAsksForARoomWaitsUntilItIsAnnouncedThatFar() throws Exception {
        Roster roster = new Roster(FIRST, "group", 1, new long[0], new long[0]);
        try {
            commits.awaitAnnounced(FIRST, 7);
            announced.begun(Map.of(FIRST, 5L));
            Thread waiting = Thread.ofPlatform().start(() -> commits.awaitAnnounced(FIRST, 7));
            announced.announce(roster, 5, new RoomEvents.Missed(List.of(), 6, false));
            await().until(() -> waiting.getState() == Thread.State.TIMED_WAITING);
            announced.announce(roster, 6, new RoomEvents.Missed(List.of(), 7, false));
            await().until(() -> !waiting.isAlive());
        } finally {
            announced.startAgain(FIRST, null);
        }
    }

    private List<Long> named(Connection listening) throws Exception {
        List<Long> named = new ArrayList<>();
        while (named.size() < ROOMS) {
            PGNotification[] came = listening.unwrap(PGConnection.class).getNotifications(PATIENCE);
            assertThat(came).isNotEmpty();
            for (PGNotification each : came) {
                JsonNode notice = json.readTree(each.getParameter());
                if (notice.has("parcel") && notice.get("from").asText().equals(self.id().toString())) {
                    assertThat(notice.path("rooms")).as("rooms").isNotEmpty();
                    notice.get("rooms").forEach(range -> named.add(range.get(0).asLong()));
                }
            }
        }
        return named;
    }
}
