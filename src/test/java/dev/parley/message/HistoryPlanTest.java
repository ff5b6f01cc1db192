package dev.parley.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;

import javax.sql.DataSource;

import jakarta.inject.Inject;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.parley.testsupport.Person;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;

/** A long history costs no more to read at its first message than at its last. */
@QuarkusTest
class HistoryPlanTest {

    private static final long LENGTH = Long.getLong("parley.test.history", 200_000);
    /** Eight-KiB blocks: a page of fifty and the ways down its index. */
    private static final int MOST_BLOCKS = 120;

    @TestHTTPResource("/")
    URI base;
    @Inject
    DataSource database;
    private Person alice;
    private long room;

    @BeforeEach
    void aLongHistory() throws SQLException {
        alice = Person.register(base, "Alice");
        room = alice.group("Long");
        try (Connection connection = database.getConnection(); Statement statement = connection.createStatement()) {
            statement.execute("set statement_timeout = 0");
            connection.setNetworkTimeout(Runnable::run, 120_000);
            long least = 1L << 40;
            statement.execute("""
                    insert into chat_messages (id, room_id, seq, version, created_version, sender_id, message_type, content,
                           created_at)
                    select %d + %d * 10000000 + n, %d, n, n + 1, n + 1, %d, 'text', 'message ' || n, now()
                      from generate_series(1, %d) as n""".formatted(least, room, room, alice.id, LENGTH));
            statement.execute("update chat_rooms set last_seq = %d, version = %d where id = %d".formatted(LENGTH, LENGTH + 1,
                    room));
            statement.execute("analyze chat_messages");
            connection.setNetworkTimeout(Runnable::run, 5_000);
        }
    }

    @Test
    void everyWayToReadCostsTheSameAtBothEndsAndSortsNothing() throws Exception {
        for (long end : List.of(1L, LENGTH / 2, LENGTH)) {
            long page = (LENGTH - end) / 50 + 1;
            long to = LENGTH - (page - 1) * 50;
            assertCheap("page " + page, "/messages?page=" + page, room, to - 49, to);
            assertCheap("before", "/messages?before=" + (end + 1), room, Math.max(1, end - 49), end);
            assertCheap("after", "/messages?after=" + (end - 1), room, end, end + 49);
            assertCheap("changes", "/changes?limit=50&since=" + end, room, end, 51);
        }
    }

    private void assertCheap(String what, String path, long... values) throws Exception {
        List<String> asked = StatementLog.during(() -> alice.get("/api/chat/rooms/" + room + path).expect(200));
        assertThat(asked).as("statements of " + what).hasSizeLessThanOrEqualTo(6)
                .noneMatch(sql -> sql.toLowerCase(Locale.ROOT).contains("offset ?")
                        || sql.toLowerCase(Locale.ROOT).contains("count("));
        String history = asked.stream().filter(sql -> sql.contains("from chat_messages")).findFirst().orElseThrow();
        JsonNode plan = explain(history, values);
        assertIndexed(what, plan.get("Plan"));
        assertThat(plan.at("/Plan/Actual Rows").asLong()).as(what).isBetween(0L, 51L);
        long blocks = plan.at("/Plan/Shared Hit Blocks").asLong() + plan.at("/Plan/Shared Read Blocks").asLong();
        assertThat(blocks).as("blocks read for %s: %s", what, plan).isLessThan(MOST_BLOCKS);
    }

    private static void assertIndexed(String what, JsonNode node) {
        String type = node.get("Node Type").asText();
        assertThat(type).as(what).isNotEqualTo("Seq Scan").doesNotContain("Sort");
        assertThat(node.path("Rows Removed by Filter").asLong()).as(what).isZero();
        node.path("Plans").forEach(child -> assertIndexed(what, child));
    }

    private JsonNode explain(String sql, long... values) throws SQLException, JsonProcessingException {
        String filled = sql;
        for (long value : values) {
            filled = filled.replaceFirst("\\?", Long.toString(value));
        }
        assertThat(filled).as("parameters").doesNotContain("?");
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("explain (analyze, buffers, format json) " + filled)) {
            row.next();
            return new ObjectMapper().readTree(row.getString(1)).get(0);
        }
    }
}
