package dev.parley.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;

import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.netty.channel.DefaultEventLoopGroup;
import io.netty.channel.EventLoopGroup;

class EventLoopsHealthTest {

    private final EventLoopGroup loops = new DefaultEventLoopGroup(2);
    private final EventLoopsHealth health = new EventLoopsHealth(loops);

    @AfterEach
    void endAll() {
        loops.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    }

    @Test
    void oneLoopThatHasEndedIsTheEndOfTheInstance() throws InterruptedException {
        assertThat(health.call().getStatus()).isEqualTo(Status.UP);
        loops.next().shutdownGracefully(0, 0, TimeUnit.SECONDS).sync();
        assertThat(health.call().getStatus()).isEqualTo(Status.DOWN);
    }
}
