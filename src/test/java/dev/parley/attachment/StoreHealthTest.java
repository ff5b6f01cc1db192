package dev.parley.attachment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;

import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.parley.testsupport.Detour;
import dev.parley.testsupport.S3Server;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.services.s3.S3Client;

class StoreHealthTest {

    private static final String BUCKET = "parley";
    /** How long a bucket has to answer; whoever waits for that is taken for dead by a probe with the usual second. */
    private static final Duration PROBE = Duration.ofSeconds(3);

    @TempDir
    Path directory;

    @Test
    void aBucketThatHangsIsToldOfAndNotWaitedFor() {
        try (S3Server server = S3Server.start(directory);
                Detour way = Detour.to(server.endpoint());
                S3Client s3 = S3Server.client(way.base(), ClientOverrideConfiguration.builder().build())) {
            server.createBucket(BUCKET);
            StoreHealth health = new StoreHealth(new S3Store(s3, BUCKET));
            await().until(() -> told(health).equals("there"));
            way.dies();

            await().until(() -> {
                long start = System.nanoTime();
                String told = told(health);
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(PROBE.dividedBy(2));
                return told.equals("away");
            });

            way.carries();
            await().until(() -> told(health).equals("there"));
        }
    }

    private static String told(StoreHealth health) {
        HealthCheckResponse response = health.call();
        assertThat(response.getStatus()).isEqualTo(Status.UP);
        return response.getData().orElseThrow().get("store").toString();
    }
}
