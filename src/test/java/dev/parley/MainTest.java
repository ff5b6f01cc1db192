package dev.parley;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;

import org.junit.jupiter.api.Test;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;

class MainTest {

    @Test
    void theDatabaseIsKeptForAsLongAsAStopMayTake() {
        assertThat(Main.longestStop(config(Map.of("parley.drain", "PT5S", "quarkus.shutdown.delay", "PT40S"))))
                .isEqualTo(Main.longestStop(config(Map.of("parley.drain", "PT5S"))).plusSeconds(40));
    }

    private static SmallRyeConfig config(Map<String, String> settings) {
        return new SmallRyeConfigBuilder().withSources(new PropertiesConfigSource(settings, "test", 100)).build();
    }
}
