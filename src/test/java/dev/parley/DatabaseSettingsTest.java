package dev.parley;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;

class DatabaseSettingsTest {

    @ParameterizedTest
    @ValueSource(strings = { "postgres://ann:secret@db/parley", "db/parley?password=secret",
            "jdbc:postgresql://ann:secret@db/parley" })
    void anAddressThatIsNoneIsRefusedAndNotRepeated(String url) {
        assertThat(fault(DatabaseSettings.URL, url).orElseThrow()).contains(DatabaseSettings.URL).doesNotContain("secret");
    }

    @ParameterizedTest
    @ValueSource(strings = { "jdbc:postgresql://db/parley", "jdbc:postgresql://a:1,b:2/parley?targetServerType=primary",
            "jdbc:postgresql:parley", "jdbc:postgresql://db/parley?options=a@b" })
    void whatTheDriverTakesIsTaken(String url) {
        assertThat(fault(DatabaseSettings.URL, url)).isEmpty();
    }

    @Test
    void fewerConnectionsThanAreTakenForGoodAndBySweepsAndTwoMoreAreRefused() {
        for (int most = 0; most < 8; most++) {
            assertThat(fault(DatabaseSettings.MOST, " " + most).orElseThrow()).contains("at least 8");
        }
        for (String most : new String[] { "8", "10", "05x" }) {
            assertThat(fault(DatabaseSettings.MOST, most)).isEmpty();
        }
    }

    @Test
    void noneIsBroughtAlongWhereOneIsNamedAndNothingIsTakenForGrantedWhereHalfOfOneIs() {
        String user = "quarkus.datasource.username";
        String password = "quarkus.datasource.password";
        assertThat(DatabaseSettings.nameOne(config(Map.of()))).isFalse();
        assertThat(DatabaseSettings.nameOne(config(Map.of(user, "", password, "")))).isFalse();
        assertThat(DatabaseSettings.nameOne(config(Map.of(DatabaseSettings.URL, "jdbc:postgresql:parley")))).isTrue();
        assertThatThrownBy(() -> DatabaseSettings.nameOne(config(Map.of(DatabaseSettings.URL, ""))))
                .isInstanceOf(CannotStart.class).hasMessageStartingWith(DatabaseSettings.URL + " is set to nothing");
        for (String half : List.of(user, password)) {
            assertThatThrownBy(() -> DatabaseSettings.nameOne(config(Map.of(half, "secret"))))
                    .isInstanceOf(CannotStart.class).hasMessageStartingWith(half + " is set, but ")
                    .hasMessageNotContaining("secret");
        }
    }

    private static SmallRyeConfig config(Map<String, String> settings) {
        return new SmallRyeConfigBuilder().withSources(new PropertiesConfigSource(settings, "test", 100)).build();
    }

    private static Optional<String> fault(String setting, String value) {
        return DatabaseSettings.fault(new SmallRyeConfigBuilder().withDefaultValue(setting, value).build());
    }
}
