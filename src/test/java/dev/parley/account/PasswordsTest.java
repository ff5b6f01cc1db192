package dev.parley.account;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.quarkus.elytron.security.common.BcryptUtil;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;

class PasswordsTest {

    @ParameterizedTest
    @ValueSource(ints = { 4, 10, 31 })
    void acceptsWhatBcryptCounts(int cost) {
        assertThatCode(() -> Passwords.refuseImpossibleSettings(new StartupEvent(), cost(cost))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(ints = { -1, 0, 3, 32, 99 })
    void refusesToStartWithACostThatBcryptRefuses(int cost) {
        assertThatThrownBy(() -> BcryptUtil.bcryptHash("a long password", cost)).isNotNull();
        assertThatThrownBy(() -> Passwords.refuseImpossibleSettings(new StartupEvent(), cost(cost)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("parley.auth.bcrypt-cost must be 4 to 31, not " + cost);
    }

    @ParameterizedTest
    @CsvSource({ "parley.auth.token-lifetime, 0s", "parley.auth.session-lifetime, -1m" })
    void refusesToStartWithTokensThatAreGoodForNothing(String name, String lifetime) {
        assertThatThrownBy(() -> Passwords.refuseImpossibleSettings(new StartupEvent(), settings(name, lifetime)))
                .isInstanceOf(ConfigurationException.class).hasMessageContaining(name);
    }

    private static AuthSettings cost(int cost) {
        return settings("parley.auth.bcrypt-cost", Integer.toString(cost));
    }

    private static AuthSettings settings(String name, String value) {
        return new SmallRyeConfigBuilder().addDefaultInterceptors().withMapping(AuthSettings.class)
                .withDefaultValue(name, value).withConverter(Duration.class, 200, new DurationConverter()).build()
                .getConfigMapping(AuthSettings.class);
    }
}
