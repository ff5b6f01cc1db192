package dev.parley.relay;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import jakarta.inject.Singleton;

import dev.parley.account.Profile;
import dev.parley.account.Users;
import dev.parley.room.RoomAccess;
import dev.parley.room.Roster;
import dev.parley.room.Rosters;
import io.quarkus.arc.All;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.core.Vertx;

/** Who is typing where: relayed, never stored. It ends when its sender says so, leaves, or falls silent. */
@Singleton
public class Typing {

    private final List<LiveDoor> doors;
    private final RoomAccess access;
    private final Rosters rosters;
    private final Users users;
    private final Vertx vertx;
    private final long millis;
    private final Map<Who, Going> going = new ConcurrentHashMap<>();

    Typing(@All List<LiveDoor> doors, RoomAccess access, Rosters rosters, Users users, Vertx vertx,
            RelaySettings settings) {
        this.doors = doors;
        this.access = access;
        this.rosters = rosters;
        this.users = users;
        this.vertx = vertx;
        this.millis = Math.max(1, settings.typing().toMillis());
    }

    private record Who(long userId, long roomId) {
    }

    /** @param end the timer that ends it */
    private record Going(String name, long end) {
    }

    @RegisterForReflection
    record Frame(long roomId, long userId, String userName, boolean isTyping) {
    }

    /** For event loops: @return false when it takes a look at the database, so that {@link #set} has to be called */
    public boolean setIfKnown(long userId, long roomId, boolean isTyping) {
        Roster known = rosters.cached(roomId);
        Profile who = users.cached(userId);
        if (known == null || !known.has(userId) || who == null) {
            return false;
        }
        set(new Who(userId, roomId), who.name(), isTyping);
        return true;
    }

    /** Blocks. @throws dev.parley.problem.Refusal from somebody who is not in the room */
    public void set(long userId, long roomId, boolean isTyping) {
        access.requireMember(userId, roomId);
        rosters.of(roomId);
        set(new Who(userId, roomId), users.get(userId).name(), isTyping);
    }

    private void set(Who who, String name, boolean isTyping) {
        if (isTyping) {
            long end = vertx.setTimer(millis, timer -> stop(who));
            Going before = going.put(who, new Going(name, end));
            if (before != null) {
                vertx.cancelTimer(before.end);
            }
            tell(who, name, true);
        } else {
            stop(who);
        }
    }

    /** The sender left this room, or with 0 every room. */
    public void left(long userId, long roomId) {
        if (!going.isEmpty()) {
            going.keySet().stream().filter(who -> who.userId == userId && (roomId == 0 || who.roomId == roomId))
                    .forEach(this::stop);
        }
    }

    private void stop(Who who) {
        Going ended = going.remove(who);
        if (ended != null) {
            vertx.cancelTimer(ended.end);
            tell(who, ended.name, false);
        }
    }

    private void tell(Who who, String name, boolean isTyping) {
        Frame frame = new Frame(who.roomId, who.userId, name, isTyping);
        doors.forEach(door -> door.typing(who.roomId, who.userId, frame));
    }
}
