package dev.parley.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

import com.fasterxml.jackson.databind.ObjectMapper;

import dev.parley.testsupport.Dockerfile;
import dev.parley.testsupport.ParleyProcess;
import dev.parley.testsupport.Prepared;

/** The steps and the command line of {@code docker/Dockerfile.jvm}, run on this machine instead of in a container. */
@DisabledIfSystemProperty(named = "native", matches = ".*", disabledReason = "a native program has no such cache")
class JvmImageIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void aTrainingRunMakesTheImageStartWithLessWorkAndItsHealthCheckTells() throws Exception {
        List<String> options = entrypoint();
        Duration without = start(options.stream().filter(option -> !option.contains("AOTCache")).toList());
        // In this mode it fails where the cache is not taken; else it would only start slowly.
        Duration with = start(Stream.concat(options.stream(), Stream.of("-XX:AOTMode=on")).toList());
        System.out.println("Processor time until ready: " + without + " without the cache, " + with + " with it");
        assertThat(with).isLessThan(without.multipliedBy(3).dividedBy(4));
    }

    private Duration start(List<String> options) throws Exception {
        try (ParleyProcess parley = ParleyProcess.fresh("jvm-image-data").untrained().options(options.toArray(String[]::new))) {
            parley.start();
            Duration used = parley.process().info().totalCpuDuration().orElseThrow();
            assertThat(health(parley)).isZero();
            assertThat(parley.stop()).isZero();
            assertThat(health(parley)).isNotZero();
            return used;
        }
    }

    /** The virtual machine's options in the command that a container runs. */
    private List<String> entrypoint() throws IOException {
        List<String> command = array(Dockerfile.find("ENTRYPOINT (\\[.*])"));
        assertThat(command).startsWith("java").endsWith("-jar", "/parley/quarkus-run.jar")
                .containsAll(Dockerfile.trainingOptions());
        return command.subList(1, command.size() - 2).stream()
                .map(option -> option.replace("/parley/parley.aot", Prepared.cache().toString())).toList();
    }

    private int health(ParleyProcess parley) throws Exception {
        ProcessBuilder check = new ProcessBuilder(array(Dockerfile.find("HEALTHCHECK .*CMD (\\[.*])")))
                .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        check.environment().put("PORT", Integer.toString(parley.base().getPort()));
        return check.start().waitFor();
    }

    private static List<String> array(String json) throws IOException {
        return List.of(JSON.readValue(json, String[].class));
    }
}
