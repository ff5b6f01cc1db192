package dev.parley.relay;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

import com.fasterxml.jackson.databind.ObjectWriter;

import dev.parley.account.UserView;
import dev.parley.message.MessageView;
import dev.parley.message.ServedMessages;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;

/** What a message costs on its way through the socket's own code, without network and database. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CodecBenchmark {

    private static final String SEND = """
            {"type":"send_message","data":{"room_id":4711,"content":"%s","message_type":"text","local_temp_id":"tmp-1"}}"""
            .formatted("What is said in a chat is seldom longer than a line or two. ".repeat(2));

    private static final byte[] MASK = { 0x37, (byte) 0xfa, 0x21, 0x3d };
    private static final int LARGEST = 1 << 20;

    private final ObjectWriter json = ServedMessages.json().writer();
    private final MessageView message = message();
    private final byte[] masked = masked();
    private final FrameHeader header = new FrameHeader();
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private @Nullable Command command;

    /** The channel as {@link FrameGuard#on} and {@link ChatSocket} leave it. */
    @Setup
    public void open() {
        ChannelPipeline pipeline = channel.pipeline();
        pipeline.addLast("wsdecoder", new WebSocket13FrameDecoder(WebSocketDecoderConfig.newBuilder()
                .maxFramePayloadLength(LARGEST).allowExtensions(false).closeOnProtocolViolation(false).build()));
        pipeline.addLast(FrameGuard.ENCODER, new ChannelOutboundHandlerAdapter());
        FrameGate gate = new FrameGate(channel, new FrameBudget(LARGEST, Duration.ofSeconds(30)), () -> "somebody", LARGEST);
        FrameGuard guard = new FrameGuard(channel, true, LARGEST, "too big", (code, reason) -> {
            throw new IllegalStateException(reason);
        });
        Messages.to(channel, text -> {
            gate.next();
            command = CommandParser.parse(text);
        });
        pipeline.addBefore("wsdecoder", FrameGate.NAME, gate);
        gate.open(guard);
    }

    @TearDown
    public void close() {
        channel.finishAndReleaseAll();
    }

    /** From the bytes as they come off the network to the command that they ask for. */
    @Benchmark
    public Command receiveSendMessage() {
        command = null;
        channel.writeInbound(channel.alloc().buffer(masked.length).writeBytes(masked));
        return Objects.requireNonNull(command, "it was not heard");
    }

    @Benchmark
    public Object parseSendMessage() {
        return CommandParser.parse(SEND);
    }

    @Benchmark
    public int renderNewMessage() {
        ByteBuf frame = WireFrame.text(json, new LiveFrame.Message("new_message", message));
        int length = frame.readableBytes();
        frame.release();
        return length;
    }

    @Benchmark
    public long readFrameHeader() {
        int at = 0;
        while (!header.add(masked[at++])) {
            // One byte after the other, as it does when they come so.
        }
        return header.rest();
    }

    private static MessageView message() {
        Instant now = Instant.parse("2026-11-21T12:00:00.123Z");
        UserView ada = new UserView(12, "Ada", "ada@example.org", null, true, now);
        return new MessageView(123_456_789, "What is said in a chat is seldom longer than a line or two.", "text", "tmp-1",
                null, null, now, false, false, null, null, 0, ada, null, 4711, 815, 1_234, null, null, null, false, false, 0);
    }

    private static byte[] masked() {
        byte[] text = SEND.getBytes(StandardCharsets.UTF_8);
        byte[] frame = new byte[text.length + 8];
        frame[0] = (byte) 0x81;
        frame[1] = (byte) (0x80 | 126);
        frame[2] = (byte) (text.length >> 8);
        frame[3] = (byte) text.length;
        System.arraycopy(MASK, 0, frame, 4, MASK.length);
        for (int i = 0; i < text.length; i++) {
            frame[8 + i] = (byte) (text[i] ^ MASK[i % MASK.length]);
        }
        return frame;
    }
}
