package dev.parley.testsupport;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import dev.parley.EmbeddedDatabase;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;

/**
 * The database of every {@code @QuarkusTest}: started once for all of them, with nothing in it, and the settings that suit
 * tests and nobody else. Being global, it applies without being named by a test. {@code @QuarkusMain} does not run there, so
 * it starts what main would have started.
 */
@WithTestResource(value = Database.class, scope = TestResourceScope.GLOBAL)
public class Database implements QuarkusTestResourceLifecycleManager {

    private static final Path DIRECTORY = ofThisProcess("test-data");

    private @Nullable EmbeddedDatabase database;

    @Override
    public Map<String, String> start() {
        try {
            deleteTree(DIRECTORY.resolve("postgres"));
        } catch (IOException failure) {
            throw new IllegalStateException("The last test run's database is still there", failure);
        }
        EmbeddedDatabase started = EmbeddedDatabase.start(DIRECTORY, "on");
        database = started;
        Plans.prepare(started);
        Map<String, String> settings = new HashMap<>(started.datasource());
        settings.put(Plans.LOG, DIRECTORY.resolve("postgres.log").toString());
        settings.put("parley.data-dir", DIRECTORY.toString());
        settings.put("parley.admin-code", Person.ADMIN_CODE);
        // All tests come from one address.
        settings.put("parley.auth.registrations", "100000");
        settings.put("parley.auth.logins", "100000");
        // Most tests make two or three people, each of which costs a hash.
        settings.put("parley.auth.bcrypt-cost", "4");
        // Tests of previews turn them on: elsewhere an update after each picture is one frame more than was asked about.
        settings.put("parley.previews.enabled", "false");
        return settings;
    }

    /** Before the others: what they set stands. */
    @Override
    public int order() {
        return -1;
    }

    @Override
    public void stop() {
        if (database != null) {
            database.close();
        }
    }

    /** Below {@code target}, for one of the test processes that may run at the same time. */
    static Path ofThisProcess(String name) {
        return Path.of("target", name + System.getProperty("parley.test.process", ""));
    }

    static void deleteTree(Path root) throws IOException {
        if (Files.exists(root)) {
            try (Stream<Path> paths = Files.walk(root)) {
                for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }
}
