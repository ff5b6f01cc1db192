package dev.parley.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.DefaultEventLoopGroup;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalServerChannel;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;

class TextWriterTest {

    private static final int HIGH_WATER = 64 << 10;

    private final AtomicInteger flushes = new AtomicInteger();
    private volatile boolean stuck;

    /** In the encoder's place; nothing passes it while the peer is stuck. */
    private final class Network extends ChannelOutboundHandlerAdapter {

        @Override
        public void flush(ChannelHandlerContext ctx) {
            flushes.incrementAndGet();
            if (!stuck) {
                ctx.flush();
            }
        }
    }

    private EmbeddedChannel socket() {
        EmbeddedChannel made = new EmbeddedChannel();
        made.pipeline().addLast(FrameGuard.ENCODER, new Network());
        return made;
    }

    @Test
    void whatIsSaidToManyIsRenderedAndEncodedOnceAndThenForgotten() {
        AtomicInteger renderings = new AtomicInteger();
        SharedText text = new SharedText(() -> "to all: " + renderings.incrementAndGet() + " ä€😀");
        List<EmbeddedChannel> sockets = IntStream.range(0, 5).mapToObj(i -> socket()).toList();
        for (EmbeddedChannel socket : sockets) {
            TextWriter writer = new TextWriter(socket, () -> {
            });
            assertThat(writer.isFlushed()).isTrue();
            assertThat(writer.write(text)).as("bytes").isEqualTo(text.frame().readableBytes());
            assertThat(writer.isFlushed()).as("a flush must follow").isFalse();
            writer.flush();
        }
        ByteBuf shared = text.frame();
        text.release();
        assertThat(renderings).hasValue(1);
        for (EmbeddedChannel socket : sockets) {
            ByteBuf sent = socket.readOutbound();
            assertThat(sent.memoryAddress()).isEqualTo(shared.memoryAddress());
            assertThat(text(sent)).isEqualTo("to all: 1 ä€😀");
            sent.release();
        }
        assertThat(shared.refCnt()).isZero();
    }

    @Test
    void whatIsWrittenInOneTurnIsFlushedOnce() {
        EmbeddedChannel socket = socket();
        TextWriter writer = new TextWriter(socket, () -> {
        });
        writer.write("1");
        writer.write("2");
        assertThat(socket.outboundMessages()).isEmpty();
        writer.flush();
        writer.flush();
        assertThat(flushes).hasValue(1);
        assertThat(socket.outboundMessages()).hasSize(2);
        assertThat(writer.isFlushed()).isTrue();
        writer.write("3");
        writer.flush();
        socket.releaseOutbound();
    }

    @Test
    void nothingComesAfterACloseFrame() {
        EmbeddedChannel socket = socket();
        TextWriter writer = new TextWriter(socket, () -> {
        });
        writer.write("before");
        writer.flush();
        socket.writeOutbound(new CloseWebSocketFrame(1000, "Bye"));
        SharedText late = new SharedText(() -> "after");
        writer.write(late);
        writer.flush();
        assertThat(socket.outboundMessages()).hasSize(2);
        ByteBuf frame = late.frame();
        late.release();
        assertThat(frame.refCnt()).isZero();
        socket.releaseOutbound();
    }

    /** As after the upgrade, when the session may live on another event loop than its WebSocket. */
    @Test
    void fromAnotherLoopItKeepsTheOrderAndTheBoundAndSaysWhenThereIsRoomAgain() throws Exception {
        StringBuffer heard = new StringBuffer();
        DefaultEventLoopGroup loops = new DefaultEventLoopGroup(2);
        try {
            Channel server = new ServerBootstrap().group(loops).channel(LocalServerChannel.class)
                    .childHandler(new ChannelInboundHandlerAdapter() {
                        @Override
                        public void channelRead(ChannelHandlerContext ctx, Object message) {
                            // As from a network: more than one frame may come at once.
                            ByteBuf frames = (ByteBuf) message;
                            heard.append(frames.toString(StandardCharsets.ISO_8859_1));
                            frames.release();
                        }
                    }).bind(new LocalAddress(TextWriterTest.class)).sync().channel();
            Channel socket = new Bootstrap().group(loops).channel(LocalChannel.class)
                    .handler(new ChannelInitializer<Channel>() {
                        @Override
                        protected void initChannel(Channel made) {
                            made.pipeline().addLast(FrameGuard.ENCODER, new Network());
                        }
                    }).connect(server.localAddress()).sync().channel();
            Semaphore room = new Semaphore(0);
            TextWriter writer = new TextWriter(socket, room::release);
            List<String> said = IntStream.range(0, 500).mapToObj(i -> i + "x".repeat(1000)).toList();
            Deque<String> waiting = new ArrayDeque<>(said);

            stuck = true;
            int written = write(waiting, writer);
            assertThat(written).isBetween(HIGH_WATER, HIGH_WATER + 1010);
            assertThat(write(waiting, writer)).isZero();

            stuck = false;
            socket.eventLoop().execute(socket::flush);
            while (!waiting.isEmpty()) {
                assertThat(room.tryAcquire(10, TimeUnit.SECONDS)).as("it was told that there is room").isTrue();
                write(waiting, writer);
            }
            await().until(() -> heard.toString().endsWith(said.getLast()));
            assertThat(heard.toString().split("(?s)\\x81~..")).containsExactlyElementsOf(Stream.concat(Stream.of(""),
                    said.stream()).toList());
        } finally {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
    }

    /** @return bytes */
    private static int write(Deque<String> waiting, TextWriter writer) {
        int bytes = 0;
        while (!waiting.isEmpty() && writer.isWritable()) {
            String next = waiting.remove();
            bytes += next.length() + 4;
            writer.write(next);
        }
        writer.flush();
        return bytes;
    }

    /** Behind the header. */
    private static String text(ByteBuf frame) {
        int header = frame.getUnsignedByte(frame.readerIndex() + 1) == 126 ? 4 : 2;
        return frame.toString(frame.readerIndex() + header, frame.readableBytes() - header, StandardCharsets.UTF_8);
    }
}
