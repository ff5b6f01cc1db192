package dev.parley.testsupport;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

import org.eclipse.microprofile.config.ConfigProvider;
import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;

import dev.parley.EmbeddedDatabase;

/** What the database of {@code @QuarkusTest}s was really asked, with the plan that it followed and what that cost. */
public final class Plans {

    /** Where the database writes its log. */
    static final String LOG = "parley.test.database-log";

    private Plans() {
    }

    /**
     * A statement that was executed.
     *
     * @param blocks of 8 KiB that it looked at, its planning aside
     * @param rows that it returned
     * @param settings of the planner that are not PostgreSQL's own
     */
    public record Plan(String sql, JsonNode root, long blocks, long rows, Map<String, String> settings) {

        /** Visits all nodes. */
        public void each(Consumer<JsonNode> visitor) {
            each(root, visitor);
        }

        private static void each(JsonNode node, Consumer<JsonNode> visitor) {
            visitor.accept(node);
            node.path("Plans").forEach(child -> each(child, visitor));
        }

        /** The tables that it read from one end to the other. */
        public List<String> scanned() {
            List<String> tables = new ArrayList<>();
            each(node -> {
                if (node.path("Node Type").asText().equals("Seq Scan") && node.path("Actual Loops").asLong() > 0) {
                    tables.add(node.path("Relation Name").asText());
                }
            });
            return tables;
        }

        /** How many rows it looked at in the table or index of which it read most, those that did not fit included. */
        public long mostRead() {
            long[] most = { 0 };
            each(node -> {
                if (node.path("Node Type").asText().endsWith("Scan")) {
                    double aLoop = node.path("Actual Rows").asDouble() + node.path("Rows Removed by Filter").asDouble()
                            + node.path("Rows Removed by Index Recheck").asDouble();
                    most[0] = Math.max(most[0], Math.round(aLoop * node.path("Actual Loops").asLong()));
                }
            });
            return most[0];
        }
    }

    /** Once, before anybody connects: who connects later can be looked at at any time. */
    static void prepare(EmbeddedDatabase database) {
        Map<String, String> source = database.datasource();
        try (Connection connection = DriverManager.getConnection(database.jdbcUrl(),
                source.get("quarkus.datasource.username"), source.get("quarkus.datasource.password"))) {
            execute(connection, "alter system set session_preload_libraries = 'auto_explain'", "load 'auto_explain'",
                    "alter system set auto_explain.log_analyze = on", "alter system set auto_explain.log_buffers = on",
                    "alter system set auto_explain.log_timing = off", "alter system set auto_explain.log_format = json",
                    "alter system set auto_explain.log_settings = on", "select pg_reload_conf()");
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /**
     * Has everybody's statements planned as if each table were too large to read as a whole, from the next time that it
     * is analyzed: which plan is cheapest for the tables of a test hangs on what other tests wrote.
     */
    public static void asIfTablesWereLarge(boolean large) throws SQLException {
        try (Connection connection = connect()) {
            for (String way : List.of("seqscan", "hashjoin", "mergejoin")) {
                execute(connection, "alter system " + (large ? "set enable_" + way + " = off" : "reset enable_" + way));
            }
            execute(connection, "select pg_reload_conf()");
        }
        await("enable_seqscan", large ? "off" : "on");
    }

    /** Everything that the database is asked during the action, by whomever, in the order in which it was answered. */
    public static List<Plan> during(Runnable action) {
        Path log = Path.of(setting(LOG));
        try {
            explain("0");
            long from = Files.size(log);
            try {
                action.run();
            } finally {
                explain("-1");
            }
            return read(log, from);
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** As {@link #during}, without what an instance asks by itself. */
    public static List<Plan> asked(Runnable action) {
        return during(action).stream()
                .filter(plan -> !plan.sql().contains("alive_until = excluded") && !plan.sql().contains("with gone as")
                        && !plan.sql().contains("file_jobs"))
                .toList();
    }

    /** @param from milliseconds that a statement takes at least whose plan is logged, -1 for none */
    private static void explain(String from) throws SQLException {
        try (Connection connection = connect()) {
            execute(connection, "alter system set auto_explain.log_min_duration = " + from, "select pg_reload_conf()");
        }
        await("auto_explain.log_min_duration", from);
    }

    private static void await(String setting, String value) throws SQLException {
        // Who is let in by a server that knows of it comes after all others were told.
        String known = "";
        while (!known.equals(value)) {
            try (Connection late = connect();
                    Statement statement = late.createStatement();
                    ResultSet row = statement.executeQuery("show " + setting)) {
                row.next();
                known = row.getString(1);
            }
        }
    }

    private static Connection connect() throws SQLException {
        return DriverManager.getConnection(setting("quarkus.datasource.jdbc.url"), setting("quarkus.datasource.username"),
                setting("quarkus.datasource.password"));
    }

    private static String setting(String name) {
        return ConfigProvider.getConfig().getValue(name, String.class);
    }

    private static List<Plan> read(Path log, long from) throws IOException {
        byte[] bytes;
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            file.seek(from);
            bytes = new byte[(int) (file.length() - from)];
            file.readFully(bytes);
        }
        List<Plan> plans = new ArrayList<>();
        StringBuilder plan = null;
        for (String line : (Iterable<String>) new String(bytes, StandardCharsets.UTF_8).lines()::iterator) {
            if (line.startsWith("\t") && plan != null) {
                plan.append(line).append('\n');
                continue;
            }
            add(plans, plan);
            plan = line.contains(" plan:") ? new StringBuilder() : null;
        }
        add(plans, plan);
        return plans;
    }

    private static void add(List<Plan> plans, @Nullable StringBuilder text)
            throws JsonProcessingException {
        if (text == null) {
            return;
        }
        JsonNode plan = Person.JSON.readTree(text.toString());
        String sql = plan.path("Query Text").asText();
        // Our own, and what the driver asks the first time about columns.
        if (sql.contains("auto_explain") || sql.contains("pg_reload_conf") || sql.contains("pg_catalog.pg_class")) {
            return;
        }
        JsonNode root = plan.path("Plan");
        Map<String, String> settings = new TreeMap<>();
        plan.path("Settings").properties().forEach(each -> settings.put(each.getKey(), each.getValue().asText()));
        plans.add(new Plan(sql, root, root.path("Shared Hit Blocks").asLong() + root.path("Shared Read Blocks").asLong(),
                root.path("Actual Rows").asLong(), settings));
    }

    private static void execute(Connection connection, String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
