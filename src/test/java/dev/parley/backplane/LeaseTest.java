package dev.parley.backplane;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;

class LeaseTest {

    @ParameterizedTest
    @ValueSource(strings = { "PT0S", "PT-1S", "PT0.25S", "PT1.9S" })
    void oneThatWouldBeRenewedWithoutAPauseIsRefused(Duration lease) {
        assertThatThrownBy(() -> Registry.refuseAnImpossibleLease(new StartupEvent(), lease))
                .isInstanceOf(ConfigurationException.class).hasMessage("parley.instances.lease must be at least 2s");
    }

    @ParameterizedTest
    @ValueSource(strings = { "PT2S", "PT20S", "PT24H" })
    void anyOtherIsTaken(Duration lease) {
        assertThatCode(() -> Registry.refuseAnImpossibleLease(new StartupEvent(), lease)).doesNotThrowAnyException();
    }
}
