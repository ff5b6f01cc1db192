package dev.parley.deployment;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import jakarta.inject.Inject;

import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;

import dev.parley.attachment.FileLimits;
import dev.parley.testsupport.Tools;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import io.quarkus.test.junit.QuarkusTest;

/** What the files in {@code docker} say of the program, as far as that shows without a container. */
@QuarkusTest
class ImagesTest {

    private static final Path COMPOSE = Path.of("docker", "compose.yaml").toAbsolutePath();
    private static final Path KNATIVE = Path.of("docker", "service.yaml");
    /** PostgreSQL's, without those that it keeps for superusers. */
    private static final long DEFAULT_CONNECTIONS = 97;
    private static final Map<String, String> SECRETS = Map.of("PARLEY_DATABASE_PASSWORD", "a", "PARLEY_S3_SECRET", "b");

    @Inject
    FileLimits limits;

    @Test
    void composeTakesItsFileAndAsksForThePasswords() throws Exception {
        Tools.require("docker-compose", "apt-get install docker-compose");
        assertThat(compose(SECRETS)).isZero();
        for (String secret : SECRETS.keySet()) {
            assertThat(compose(Map.of(secret, "given"))).as("only " + secret).isNotZero();
        }
    }

    private static int compose(Map<String, String> secrets) throws Exception {
        ProcessBuilder builder = new ProcessBuilder("docker-compose", "-f", COMPOSE.toString(), "config", "-q")
                .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().keySet().removeAll(SECRETS.keySet());
        builder.environment().putAll(secrets);
        return builder.start().waitFor();
    }

    @Test
    void theServerlessServiceHasRoomForItsUploadsAndItsDatabaseForAllInstances() throws IOException {
        JsonNode template = service().at("/spec/template");
        JsonNode container = template.at("/spec/containers/0");
        assertThat(Files.readString(Path.of("docker", "Dockerfile.native"))).contains("ENV PARLEY_DATA_DIR="
                + container.at("/volumeMounts/0/mountPath").asText() + "\n");
        JsonNode volume = template.at("/spec/volumes/0");
        assertThat(volume.get("name")).isEqualTo(container.at("/volumeMounts/0/name"));
        long room = bytes(volume.at("/emptyDir/sizeLimit").asText());
        assertThat(setting(container, "PARLEY_FILES_AT_ONCE") * limits.video().asLongValue()).isLessThanOrEqualTo(room);
        assertThat(bytes(container.at("/resources/limits/memory").asText()))
                .isGreaterThanOrEqualTo(room + 2 * bytes(container.at("/args/0").asText().replace("-Xmx", "")));
        assertThat(setting(container, "QUARKUS_DATASOURCE_JDBC_MAX_SIZE")
                * template.at("/metadata/annotations/autoscaling.knative.dev~1max-scale").asLong())
                .isLessThanOrEqualTo(DEFAULT_CONNECTIONS);
    }

    private static long setting(JsonNode container, String name) {
        return container.get("env").findParents("name").stream().filter(variable -> variable.get("name").asText().equals(name))
                .findAny().orElseThrow().get("value").asLong();
    }

    private static long bytes(String size) {
        return new MemorySizeConverter().convert(size.replace("i", "")).asLongValue();
    }

    private static JsonNode service() throws IOException {
        return new ObjectMapper(new YAMLFactory()).readTree(KNATIVE.toFile());
    }

    @Test
    void theServerlessServiceAsksForPathsThatExist() throws IOException {
        JsonNode service = service();
        assertThat(service.get("kind").asText()).isEqualTo("Service");
        JsonNode container = service.at("/spec/template/spec/containers/0");
        for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
            given().get(container.at("/" + probe + "/httpGet/path").asText()).then().statusCode(200);
            assertThat(container.at("/" + probe + "/httpGet/port")).isEqualTo(container.at("/ports/0/containerPort"));
        }
        assertThat(container.at("/readinessProbe/timeoutSeconds").asInt()).isGreaterThan(1);
        assertThat(Files.readString(Path.of("docker", "Dockerfile.native")))
                .contains("EXPOSE " + container.at("/ports/0/containerPort"));
    }
}
