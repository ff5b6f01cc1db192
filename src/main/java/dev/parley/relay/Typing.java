package dev.parley.relay;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongPredicate;

import jakarta.inject.Singleton;

import dev.parley.account.Profile;
import dev.parley.account.Users;
import dev.parley.backplane.Courier;
import dev.parley.backplane.Instance;
import dev.parley.backplane.Notice;
import dev.parley.backplane.Recipient;
import dev.parley.problem.Refusal;
import dev.parley.room.Announcer;
import dev.parley.room.Event;
import dev.parley.room.RoomAccess;
import dev.parley.room.Roster;
import dev.parley.room.Rosters;
import io.quarkus.arc.All;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.core.Vertx;

/**
 * Who is typing where: relayed, never stored. It ends when its user says so or is in the room no longer, when its
 * sender leaves, or when nobody renews it.
 * <p>
 * A sender is one socket or client. Of several by which a user types in a room, the one that said it last counts as the sender
 * of it all: whoever still types says so again before long.
 */
@Singleton
public class Typing implements Announcer, Recipient {

    private final List<LiveDoor> doors;
    private final RoomAccess access;
    private final Rosters rosters;
    private final Users users;
    private final Vertx vertx;
    private final Instance self;
    private final Courier courier;
    private final long millis;
    private final Map<Who, Going> going = new ConcurrentHashMap<>();
    /** Who types on another instance, which may die before it says that they ceased, and the timers that end it then. */
    private final Map<Who, Long> elsewhere = new ConcurrentHashMap<>();

    Typing(@All List<LiveDoor> doors, RoomAccess access, Rosters rosters, Users users, Vertx vertx,
            Instance self, Courier courier, RelaySettings settings) {
        this.doors = doors;
        this.access = access;
        this.rosters = rosters;
        this.users = users;
        this.vertx = vertx;
        this.self = self;
        this.courier = courier;
        this.millis = Math.max(1, settings.typing().toMillis());
    }

    private record Who(long userId, long roomId) {
    }

    /**
     * @param sender known by its identity
     * @param end the timer that ends it
     */
    private record Going(Object sender, String name, long end) {
    }

    @RegisterForReflection
    record Frame(long roomId, long userId, String userName, boolean isTyping) {
    }

    /** For event loops: @return false when it takes a look at the database, so that {@link #set} has to be called */
    public boolean setIfKnown(Object sender, long userId, long roomId, boolean isTyping) {
        Roster known = rosters.cached(roomId);
        Profile who = users.cached(userId);
        if (known == null || !known.has(userId) || who == null) {
            return false;
        }
        set(sender, new Who(userId, roomId), who.name(), isTyping);
        return true;
    }

    /** Blocks. @throws dev.parley.problem.Refusal from somebody who is not in the room */
    public void set(Object sender, long userId, long roomId, boolean isTyping) {
        access.requireMember(userId, roomId);
        rosters.of(roomId);
        set(sender, new Who(userId, roomId), users.get(userId).name(), isTyping);
    }

    private void set(Object sender, Who who, String name, boolean isTyping) {
        if (isTyping) {
            long end = vertx.setTimer(millis, timer -> stop(who, new Going(sender, name, timer)));
            Going before = going.put(who, new Going(sender, name, end));
            if (before != null) {
                vertx.cancelTimer(before.end);
            }
            tell(who, name, true);
        } else {
            stop(who);
        }
    }

    /** The sender is gone, or in no room any more. */
    public void left(Object sender) {
        end(sender, room -> true);
    }

    public void left(Object sender, long roomId) {
        end(sender, room -> room == roomId);
    }

    /** The sender joined a room, and so left all others. */
    void joined(Object sender, long roomId) {
        end(sender, room -> room != roomId);
    }

    private void end(Object sender, LongPredicate where) {
        going.forEach((who, each) -> {
            if (each.sender == sender && where.test(who.roomId)) {
                stop(who, each);
            }
        });
    }

    private void stop(Who who) {
        Going ended = going.get(who);
        if (ended != null) {
            stop(who, ended);
        }
    }

    /** Unless somebody has said it again meanwhile. */
    private void stop(Who who, Going ended) {
        if (going.remove(who, ended)) {
            vertx.cancelTimer(ended.end);
            tell(who, ended.name, false);
        }
    }

    /** Whoever is no longer a member can say nothing more, not even that they ceased. */
    @Override
    public void committed(List<Event> events) {
        if (going.isEmpty()) {
            return;
        }
        for (Event event : events) {
            if (event instanceof Event.Changed changed) {
                for (long user : changed.departed()) {
                    stop(new Who(user, changed.roster().roomId()));
                }
            }
        }
    }

    @Override
    public void received(List<Notice> notices) {
        for (Notice notice : notices) {
            if (notice.typing() != null && !notice.from().equals(self.id())) {
                notice.typing().stream().filter(word -> knows(word.roomId())).forEach(this::heard);
            }
        }
    }

    @Override
    public void listening() {
        // What was missed ends by itself.
    }

    /** Who is told is looked up in the roster, which nobody here may have needed so far. */
    private boolean knows(long roomId) {
        try {
            rosters.of(roomId);
            return true;
        } catch (Refusal gone) {
            return false;
        }
    }

    private void heard(Notice.Typing word) {
        Who who = new Who(word.userId(), word.roomId());
        Long before = elsewhere.remove(who);
        if (before != null) {
            vertx.cancelTimer(before);
        }
        if (word.isTyping()) {
            long end = vertx.setTimer(2 * millis,
                    timer -> heard(new Notice.Typing(who.roomId, who.userId, word.userName(), false)));
            elsewhere.put(who, end);
        }
        if (word.isTyping() || before != null) {
            show(who, word.userName(), word.isTyping());
        }
    }

    private void tell(Who who, String name, boolean isTyping) {
        show(who, name, isTyping);
        courier.typing(new Notice.Typing(who.roomId, who.userId, name, isTyping));
    }

    private void show(Who who, String name, boolean isTyping) {
        Frame frame = new Frame(who.roomId, who.userId, name, isTyping);
        doors.forEach(door -> door.typing(who.roomId, who.userId, frame));
    }
}
