package dev.parley;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;

class BaseUrlTest {

    @ParameterizedTest
    @ValueSource(strings = { "https://chat.example.org", "https://chat.example.org/", "https://chat.example.org// " })
    void itsLastSlashIsLeftOutWhoeverAsks(String url) {
        SmallRyeConfig config = config(Map.of("parley.base-url", url, "origins", "${parley.origins:},${parley.base-url:}"));
        assertThat(config.getConfigValue("parley.base-url").getValue()).isEqualTo("https://chat.example.org");
        assertThat(config.getConfigValue("origins").getValue()).isEqualTo(",https://chat.example.org");
    }

    @Test
    void otherSettingsAndNoneAreAsTheyAre() {
        SmallRyeConfig config = config(Map.of("parley.data-dir", "/"));
        assertThat(config.getConfigValue("parley.data-dir").getValue()).isEqualTo("/");
        assertThat(config.getOptionalValue("parley.base-url", String.class)).isEmpty();
    }

    private static SmallRyeConfig config(Map<String, String> settings) {
        return new SmallRyeConfigBuilder().addDefaultInterceptors().addDiscoveredInterceptors()
                .withSources(new PropertiesConfigSource(settings, "test", 100)).build();
    }
}
