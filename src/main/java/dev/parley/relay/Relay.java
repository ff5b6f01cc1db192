package dev.parley.relay;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import jakarta.inject.Singleton;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;

import dev.parley.room.Event;
import dev.parley.room.Roster;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.util.ReferenceCounted;

/** Tells sockets what was committed: one rendering, one task an event loop, one flush a socket. */
@Singleton
public class Relay implements LiveDoor {

    private final ObjectWriter json;
    private final Map<EventLoop, Shard> shards = new ConcurrentHashMap<>();
    private final Counter deliveries;
    private final Timer latency;
    private volatile boolean stopping;

    Relay(ObjectMapper json, MeterRegistry metrics) {
        this.json = json.writer();
        Gauge.builder("parley.sockets", this, relay -> relay.shards.values().stream().mapToInt(Shard::sockets).sum())
                .description("Open sockets").register(metrics);
        deliveries = Counter.builder("parley.deliveries")
                .description("Frames for sockets that listen, of what was committed here or elsewhere").register(metrics);
        latency = Timer.builder("parley.delivery.latency")
                .description("From when a commit is announced here to the last socket of an event loop")
                .publishPercentileHistogram().register(metrics);
    }

    /** The shard of an event loop; call on that loop or before it serves the socket. */
    Shard shard(EventLoop loop) {
        return shards.computeIfAbsent(loop, Shard::new);
    }

    @Override
    public void committed(List<Event> events) {
        long announced = System.nanoTime();
        List<LiveFrame> frames = LivePieces.of(events, json);
        send(frames, shard -> {
            deliveries.increment(shard.deliver(frames));
            // Behind the flush.
            shard.loop.execute(() -> latency.record(System.nanoTime() - announced, TimeUnit.NANOSECONDS));
        });
    }

    @Override
    public void missed(Roster room) {
        eachShard(shard -> shard.sendAway(room));
    }

    @Override
    public void typing(Roster room, long exceptUser, Object data) {
        ByteBuf frame = text("typing", data);
        send(List.of(frame), shard -> shard.typing(room, exceptUser, frame));
    }

    @Override
    public void tell(long[] users, String type, Object data) {
        ByteBuf frame = text(type, data);
        send(List.of(frame), shard -> shard.tell(users, frame));
    }

    @Override
    public void voided(long userId, int sessions) {
        eachShard(shard -> shard.voided(userId, sessions));
    }

    ByteBuf text(String type, Object data) {
        return WireFrame.text(json, new LiveFrame.Message(type, data));
    }

    ByteBuf text(Object frame) {
        return WireFrame.text(json, frame);
    }

    @Override
    public void stop() {
        stopping = true;
        eachShard(shard -> shard.everySocket(socket -> socket.outbox.end(Close.RESTART)));
    }

    @Override
    public void hangUp() {
        eachShard(shard -> shard.everySocket(socket -> socket.outbox.hangUp()));
    }

    @Override
    public boolean isEmpty() {
        return shards.values().stream().allMatch(Shard::isEmpty);
    }

    boolean isStopping() {
        return stopping;
    }

    /** What is sent is released when the last event loop has done so, however it went. */
    private void send(List<? extends ReferenceCounted> frames, Consumer<Shard> delivery) {
        try {
            for (Shard shard : shards.values()) {
                if (!shard.isEmpty()) {
                    frames.forEach(ReferenceCounted::retain);
                    try {
                        shard.loop.execute(() -> {
                            try {
                                delivery.accept(shard);
                            } finally {
                                frames.forEach(ReferenceCounted::release);
                            }
                        });
                    } catch (RejectedExecutionException ended) {
                        // Its sockets have gone with it; those of the others hear.
                        shards.values().remove(shard);
                        frames.forEach(ReferenceCounted::release);
                    }
                }
            }
        } finally {
            frames.forEach(ReferenceCounted::release);
        }
    }

    private void eachShard(Consumer<Shard> action) {
        send(List.of(), action);
    }
}
