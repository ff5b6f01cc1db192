package dev.parley;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
    void fewerConnectionsThanAreTakenForGoodAndTwoMoreAreRefused() {
        for (int most = 0; most < 6; most++) {
            assertThat(fault(DatabaseSettings.MOST, " " + most).orElseThrow()).contains("at least 6");
        }
        for (String most : new String[] { "6", "10", "05x" }) {
            assertThat(fault(DatabaseSettings.MOST, most)).isEmpty();
        }
    }

    private static Optional<String> fault(String setting, String value) {
        return DatabaseSettings.fault(new SmallRyeConfigBuilder().withDefaultValue(setting, value).build());
    }
}
