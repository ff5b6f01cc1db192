package dev.parley.socketio;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import io.smallrye.config.SmallRyeConfigBuilder;

class LargestPayloadTest {

    @Test
    void oneThatNoBufferHoldsIsRefused() {
        assertThatThrownBy(() -> start("2G")).isInstanceOf(ConfigurationException.class)
                .hasMessage("parley.socketio.max-payload must be at most 1G");
        assertThatCode(() -> start("1G")).doesNotThrowAnyException();
    }

    private static void start(String payload) {
        EngineDoor.refuseImpossibleSettings(new StartupEvent(), new SmallRyeConfigBuilder()
                .withConverter(MemorySize.class, 100, new MemorySizeConverter())
                .withConverter(Duration.class, 100, new DurationConverter())
                .withMapping(SocketIoSettings.class).withDefaultValue("parley.socketio.max-payload", payload).build()
                .getConfigMapping(SocketIoSettings.class));
    }
}
