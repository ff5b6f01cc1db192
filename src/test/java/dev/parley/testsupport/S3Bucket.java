package dev.parley.testsupport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;

/** Lets a {@code @QuarkusTest} keep its files in a bucket of a real S3 server. */
public class S3Bucket implements QuarkusTestResourceLifecycleManager {

    private static final String NAME = "parley-files";

    private @Nullable S3Server server;

    @Override
    public Map<String, String> start() {
        S3Server started = S3Server.start(emptied(Path.of("target", "test-s3")));
        server = started;
        started.createBucket(NAME);
        Map<String, String> settings = new HashMap<>(started.settings(NAME));
        settings.put("parley.uploads.direct", "true");
        return settings;
    }

    @Override
    public void stop() {
        if (server != null) {
            server.close();
        }
    }

    private static Path emptied(Path directory) {
        try {
            Database.deleteTree(directory);
            return Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
