package dev.parley.relay;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;

import dev.parley.account.UserView;
import dev.parley.message.MessageView;
import io.netty.buffer.ByteBuf;

/** What a message costs on its way through the socket's own code, without network and database. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CodecBenchmark {

    private static final String SEND = """
            {"type":"send_message","data":{"room_id":4711,"content":"%s","message_type":"text","local_temp_id":"tmp-1"}}"""
            .formatted("What is said in a chat is seldom longer than a line or two. ".repeat(2));

    private final ObjectWriter json = new ObjectMapper().registerModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).writer();
    private final MessageView message = message();
    private final byte[] masked = masked();
    private final FrameHeader header = new FrameHeader();

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
        System.arraycopy(text, 0, frame, 8, text.length);
        return frame;
    }
}
