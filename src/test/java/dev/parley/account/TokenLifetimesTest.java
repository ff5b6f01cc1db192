package dev.parley.account;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;

class TokenLifetimesTest {

    @ParameterizedTest
    @CsvSource({ "parley.auth.token-lifetime, 0s", "parley.auth.session-lifetime, -1m" })
    void refusesToStartWithTokensThatAreGoodForNothing(String name, String lifetime) {
        assertThatThrownBy(() -> Tokens.refuseImpossibleLifetimes(new StartupEvent(), settings(name, lifetime)))
                .isInstanceOf(ConfigurationException.class).hasMessageContaining(name);
    }

    private static AuthSettings settings(String name, String value) {
        return new SmallRyeConfigBuilder().addDefaultInterceptors().withMapping(AuthSettings.class)
                .withDefaultValue(name, value).withConverter(Duration.class, 200, new DurationConverter()).build()
                .getConfigMapping(AuthSettings.class);
    }
}
