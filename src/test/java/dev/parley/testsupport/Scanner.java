package dev.parley.testsupport;

import java.nio.file.Path;
import java.util.Map;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;

/**
 * Lets a {@code @QuarkusTest} ask a {@link Clamav} about files, which the test itself starts in {@link #DIRECTORY}, and make
 * previews of them.
 */
public class Scanner implements QuarkusTestResourceLifecycleManager {

    public static final Path DIRECTORY = Path.of("target", "clamav");

    @Override
    public Map<String, String> start() {
        return Map.of("parley.scan.address", "unix:" + Clamav.socket(DIRECTORY), "parley.previews.enabled", "true");
    }

    @Override
    public void stop() {
        // The test does.
    }
}
