package dev.parley.account;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Map;

import dev.parley.EmbeddedDatabase;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;

public class TemporaryPostgres implements QuarkusTestResourceLifecycleManager {

    private EmbeddedDatabase database;

    @Override
    public Map<String, String> start() {
        try {
            database = EmbeddedDatabase.start(Files.createTempDirectory("parley-test"), "off");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return database.datasource();
    }

    @Override
    public void stop() {
        database.close();
    }
}
