package dev.parley;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;

class OriginsTest {

    /** As {@code application.properties} puts it together. */
    private static final String LIST = "quarkus.http.cors.origins";
    private static final String BOTH = "${parley.origins:},${parley.base-url:}";

    @ParameterizedTest
    @CsvSource(nullValues = "-", delimiter = '|', value = {
            "*                                   | https://chat.example.org             | *",
            "https://app.example,*               | -                                    | *",
            "https://app.example                 | https://chat.example.org/            | https://app.example,https://chat.example.org",
            "HTTPS://App.Example:443             | http://Chat.Example.org:80           | https://app.example,http://chat.example.org",
            "http://app.example:443              | https://chat.example.org:80          | http://app.example:443,https://chat.example.org:80",
            "https://app.example:4430            | http://localhost:8080                | https://app.example:4430,http://localhost:8080",
            "https://[::1]:443                   | http://[::80]                        | https://[::1],http://[::80]",
            "capacitor://localhost               | https://example.org:443/Chat         | capacitor://localhost,https://example.org",
            "-                                   | -                                    | -" })
    void areWrittenAsBrowsersDoAndAllOfThemAlone(String origins, String base, String list) {
        PropertiesConfigSource settings = new PropertiesConfigSource(Map.of(LIST, BOTH,
                "parley.origins", origins == null ? "" : origins, "parley.base-url", base == null ? "" : base), "test", 100);
        assertThat(new SmallRyeConfigBuilder().addDefaultInterceptors().addDiscoveredInterceptors().withSources(settings)
                .build().getOptionalValues(LIST, String.class).orElse(List.of()))
                .isEqualTo(list == null ? List.of() : List.of(list.split(",")));
    }
}
