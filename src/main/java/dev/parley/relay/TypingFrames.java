package dev.parley.relay;

import java.util.List;

import jakarta.inject.Singleton;

import io.quarkus.arc.All;
import io.quarkus.runtime.annotations.RegisterForReflection;

/** Tells those who listen here that somebody types, or has ceased. */
@Singleton
class TypingFrames {

    private final List<LiveDoor> doors;

    TypingFrames(@All List<LiveDoor> doors) {
        this.doors = doors;
    }

    @RegisterForReflection
    record Frame(long roomId, long userId, String userName, boolean isTyping) {
    }

    void show(long roomId, long userId, String name, boolean isTyping) {
        Frame frame = new Frame(roomId, userId, name, isTyping);
        doors.forEach(door -> door.typing(roomId, userId, frame));
    }
}
