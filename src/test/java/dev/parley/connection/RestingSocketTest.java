package dev.parley.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;

/** When a WebSocket is looked at whose peer may be silent for 75 seconds. */
class RestingSocketTest {

    private static final long SILENCE = TimeUnit.SECONDS.toNanos(75);

    private final Connections connections = new Connections(new Limits(), new SimpleMeterRegistry());
    private final Connection connection = new Connection(connections, new Limits());
    private final EmbeddedChannel channel = new EmbeddedChannel(connection);
    private final Wheel<Connection> wheel = connections.wheel(channel.eventLoop());
    private long now = System.nanoTime();
    private int looks;

    private record Limits(int limit, Duration head, Duration idle, Duration patience, Duration reading)
            implements
                ConnectionSettings {
        Limits() {
            this(10, Duration.ofSeconds(15), Duration.ofSeconds(75), Duration.ofSeconds(20), Duration.ofSeconds(180));
        }
    }

    RestingSocketTest() {
        channel.pipeline().addLast(new ArrivingRequests(new NearestProxies(false, () -> 1)))
                .addLast(BodyTap.FRAMEWORK, new ChannelInboundHandlerAdapter());
        connection.begins(new Exchange((HttpServerRequest) Proxy.newProxyInstance(getClass().getClassLoader(),
                new Class<?>[] { HttpServerRequest.class }, (request, method, arguments) -> switch (method.getName()) {
                    case "getHeader" -> "dGhlIHNhbXBsZSBub25jZQ==";
                    case "headers" -> MultiMap.caseInsensitiveMultiMap();
                    default -> throw new UnsupportedOperationException(method.getName());
                }), () -> true));
        channel.pipeline().addLast("wsencoder", new ChannelOutboundHandlerAdapter());
        connection.expectLife(SILENCE);
        pass(1);
    }

    @Test
    void aPeerThatAnswersPingsIsLookedAtWhenItIsAskedAndOnceMore() {
        looks = 0;
        int pings = 0;
        for (int second = 0; second < 600; second++) {
            pass(1);
            if (pinged()) {
                pings++;
                comes();
            }
        }
        assertThat(pings).isBetween(19, 21);
        assertThat(looks).isLessThanOrEqualTo(2 * pings + 2);
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void aPeerThatSaysNothingIsAskedThreeTimesAndThenClosed() {
        pass(23);
        assertThat(pinged()).isFalse();
        pass(2);
        assertThat(pinged()).isTrue();
        pass(23);
        assertThat(pinged()).isFalse();
        pass(2);
        assertThat(pinged()).isTrue();
        pass(23);
        assertThat(channel.isOpen()).isTrue();
        pass(7);
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void silenceCountsFromTheLastByteAsIfItHadNeverRested() {
        pass(7);
        comes();
        pass(74);
        assertThat(channel.isOpen()).isTrue();
        pass(12);
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void whatIsSentIsSeenToWait() {
        pass(7);
        looks = 0;
        channel.writeOutbound(Unpooled.wrappedBuffer(new byte[1]));
        pass(5);
        assertThat(looks).isOne();
    }

    @Test
    void aPeerThatIsNotReadIsExcused() {
        channel.config().setAutoRead(false);
        comes();
        pass(100);
        assertThat(channel.isOpen()).isTrue();
        channel.config().setAutoRead(true);
        pass(74);
        assertThat(channel.isOpen()).isTrue();
        pass(12);
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void whoHasGoneIsNotKept() {
        pass(7);
        channel.close();
        channel.runPendingTasks();
        looks = 0;
        pass(200);
        assertThat(looks).isZero();
    }

    private void comes() {
        channel.writeInbound(Unpooled.wrappedBuffer(new byte[1]));
        ((ByteBuf) channel.readInbound()).release();
    }

    /** Whether something was sent since this was last asked. */
    private boolean pinged() {
        ByteBuf sent = channel.readOutbound();
        return sent != null && sent.release();
    }

    private void pass(int seconds) {
        for (int second = 0; second < seconds; second++) {
            now += TimeUnit.SECONDS.toNanos(1);
            for (Connection due : wheel.turn()) {
                looks++;
                due.look(now, 0, 0);
            }
            channel.runPendingTasks();
        }
    }
}
