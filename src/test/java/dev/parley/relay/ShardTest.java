package dev.parley.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.databind.ObjectMapper;

import dev.parley.room.Event;
import dev.parley.room.RoomView;
import dev.parley.room.Roster;
import dev.parley.room.Viewer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;

class ShardTest {

    private static final long ADA = 1;
    private static final long BOB = 2;
    private static final long CYD = 3;

    private final EmbeddedChannel loop = new EmbeddedChannel();
    private final Shard shard = new Shard(loop.eventLoop());

    /** Else the others would go on behind a hole of which nobody tells them. */
    @Test
    void whoCannotBeToldIsSentAwayAndAllOthersHearEverything() {
        EmbeddedChannel ada = open(ADA);
        EmbeddedChannel bob = open(BOB);
        EmbeddedChannel cyd = open(CYD);
        tell(said(7, 1, BOB), said(7, 2, 0));
        assertThat(List.of(heard(ada), heard(cyd))).containsExactly(2, 2);
        assertThat(bob.<Object> readOutbound()).isInstanceOfSatisfying(CloseWebSocketFrame.class, close -> {
            assertThat(close.statusCode()).isEqualTo(Close.RESTART.code);
            close.release();
        });
        assertThat(bob.outboundMessages()).isEmpty();
    }

    @Test
    void whoeverComesAndGoesHearsJustTheRoomsThatTheyAreIn() {
        EmbeddedChannel joined = open(ADA);
        shard.everySocket(socket -> {
            socket.hold(7);
            socket.joined(0);
        });
        EmbeddedChannel inbox = open(ADA);
        tell(new Event.Changed(everybodyIn(8), 1, room(8), new long[] { ADA }, new long[0]));
        assertThat(List.of(heard(inbox), heard(joined))).containsExactly(1, 1);
        tell(said(8, 2, 0));
        assertThat(List.of(heard(inbox), heard(joined))).containsExactly(1, 0);
        tell(new Event.Changed(new Roster(7, "group", 2, new long[0], new long[0]), 1, room(7), new long[0],
                new long[] { ADA }));
        assertThat(List.of(heard(inbox), heard(joined))).containsExactly(1, 1);
        tell(said(7, 2, 0));
        assertThat(List.of(heard(inbox), heard(joined))).containsExactly(0, 0);
        tell(said(8, 3, 0));
        assertThat(List.of(heard(inbox), heard(joined))).containsExactly(1, 1);
    }

    /** Somebody of whose removal nobody told here. */
    @Test
    void whoIsNoMemberAnyMoreHearsNobodyType() {
        EmbeddedChannel ada = open(ADA);
        EmbeddedChannel bob = open(BOB);
        EmbeddedChannel cyd = open(CYD);
        ByteBuf frame = Unpooled.wrappedBuffer(new byte[] { 1 });
        shard.typing(new Roster(7, "group", 2, new long[] { ADA, BOB }, new long[0]), ADA, frame);
        loop.runPendingTasks();
        assertThat(List.of(heard(ada), heard(bob), heard(cyd))).containsExactly(0, 1, 0);
        frame.release();
    }

    /** Whatever ended it: its sockets are gone, those of the others are not. */
    @Test
    void anEventLoopThatHasEndedKeepsNothingFromTheOthers() {
        MeterRegistry metrics = new SimpleMeterRegistry();
        Relay relay = new Relay(new ObjectMapper(), metrics);
        EmbeddedChannel ada = open(ADA, relay.shard(loop.eventLoop()));
        for (int each = 0; each < 8; each++) {
            EventLoop ended = new DefaultEventLoop();
            open(BOB, relay.shard(ended));
            ended.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
        }
        relay.committed(List.of(said(7, 1, 0)));
        loop.runPendingTasks();
        assertThat(heard(ada)).isEqualTo(1);
        assertThat(metrics.get("parley.sockets").gauge().value()).isEqualTo(1);
    }

    private void tell(Event... events) {
        List<LiveFrame> frames = LivePieces.of(List.of(events), new ObjectMapper().writer());
        shard.deliver(frames);
        loop.runPendingTasks();
        frames.forEach(LiveFrame::release);
        assertThat(frames).allSatisfy(frame -> assertThat(frame.refCnt()).isZero());
    }

    /** How much it was sent since this was last asked. */
    private static int heard(EmbeddedChannel channel) {
        int heard = channel.outboundMessages().size();
        channel.releaseOutbound();
        return heard;
    }

    private EmbeddedChannel open(long user) {
        return open(user, shard);
    }

    private static EmbeddedChannel open(long user, Shard shard) {
        EmbeddedChannel channel = new EmbeddedChannel();
        channel.pipeline().addLast("wsencoder", new ChannelOutboundHandlerAdapter());
        Outbox outbox = new Outbox(channel, new Backlog(1 << 20), 1 << 20, 1 << 20, () -> {
        });
        shard.add(new Socket(new Viewer(user, "http://localhost"), shard, outbox, 0, new long[] { 7 }));
        return channel;
    }

    /** @param unable whose rendering fails, 0 for nobody's */
    private static Event said(long room, long version, long unable) {
        return new Event.Said("new_message", everybodyIn(room), version, true, viewer -> {
            if (viewer.userId() == unable) {
                throw new IllegalStateException("of a test");
            }
            return version;
        });
    }

    private static Roster everybodyIn(long room) {
        return new Roster(room, "group", 1, new long[] { ADA, BOB, CYD }, new long[0]);
    }

    private static RoomView room(long id) {
        return new RoomView(id, "Room", "group", ADA, null, null, List.of(), 0, 1, true, null, null, null, null);
    }
}
