package dev.parley.relay;

import java.util.List;

import jakarta.inject.Singleton;

import dev.parley.room.Roster;
import dev.parley.room.Rosters;
import io.quarkus.arc.All;
import io.quarkus.runtime.annotations.RegisterForReflection;

/** Tells those who listen here that somebody types, or has ceased. */
@Singleton
class TypingFrames {

    private final Rosters rosters;
    private final List<LiveDoor> doors;

    TypingFrames(Rosters rosters, @All List<LiveDoor> doors) {
        this.rosters = rosters;
        this.doors = doors;
    }

    @RegisterForReflection
    record Frame(long roomId, long userId, String userName, boolean isTyping) {
    }

    void show(long roomId, long userId, String name, boolean isTyping) {
        Roster room = rosters.cached(roomId);
        if (room != null) {
            Frame frame = new Frame(roomId, userId, name, isTyping);
            doors.forEach(door -> door.typing(room, userId, frame));
        }
    }
}
