package dev.parley.relay;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

import jakarta.inject.Singleton;

import io.netty.channel.EventLoop;
import io.quarkus.runtime.annotations.RegisterForReflection;

/** Who is typing where: relayed, never stored. It ends when its sender says so, leaves, or falls silent. */
@Singleton
class Typing {

    private final Relay relay;
    private final long seconds;
    private final Map<Who, Going> going = new ConcurrentHashMap<>();

    Typing(Relay relay, RelaySettings settings) {
        this.relay = relay;
        this.seconds = settings.typing().toSeconds();
    }

    private record Who(long userId, long roomId) {
    }

    private record Going(String name, ScheduledFuture<?> end) {
    }

    @RegisterForReflection
    record Frame(long roomId, long userId, String userName, boolean isTyping) {
    }

    /** @param loop of the sender's socket: where its end is timed */
    void set(long userId, String name, long roomId, boolean isTyping, EventLoop loop) {
        Who who = new Who(userId, roomId);
        if (isTyping) {
            ScheduledFuture<?> end = loop.schedule(() -> stop(who), seconds, TimeUnit.SECONDS);
            Going before = going.put(who, new Going(name, end));
            if (before != null) {
                before.end.cancel(false);
            }
            tell(who, name, true);
        } else {
            stop(who);
        }
    }

    /** The sender left this room, or with 0 every room. */
    void left(long userId, long roomId) {
        if (!going.isEmpty()) {
            going.keySet().stream().filter(who -> who.userId == userId && (roomId == 0 || who.roomId == roomId))
                    .forEach(this::stop);
        }
    }

    private void stop(Who who) {
        Going ended = going.remove(who);
        if (ended != null) {
            ended.end.cancel(false);
            tell(who, ended.name, false);
        }
    }

    private void tell(Who who, String name, boolean isTyping) {
        relay.typing(who.roomId, who.userId, new Frame(who.roomId, who.userId, name, isTyping));
    }
}
