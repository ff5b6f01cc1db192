package dev.parley.relay;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongPredicate;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import dev.parley.account.Profile;
import dev.parley.account.Users;
import dev.parley.backplane.Courier;
import dev.parley.backplane.Notice;
import dev.parley.room.Announcer;
import dev.parley.room.Event;
import dev.parley.room.RoomAccess;
import dev.parley.room.Roster;
import dev.parley.room.Rosters;
import io.vertx.core.Vertx;

/**
 * Who is typing where on this instance: relayed, never stored. It ends when its user says so or is in the room no longer,
 * when its sender leaves, or when nobody renews it.
 * <p>
 * A sender is one socket or client. Of several by which a user types in a room, the one that said it last counts as the sender
 * of it all: whoever still types says so again before long.
 */
@Singleton
public class Typing implements Announcer {

    private final RoomAccess access;
    private final Rosters rosters;
    private final Users users;
    private final Vertx vertx;
    private final Courier courier;
    private final TypingFrames frames;
    private final long millis;
    /** Changed under this object's lock, together with the next. */
    private final Map<Who, Going> going = new ConcurrentHashMap<>();
    /** Where each sender is who types there. Guarded by this. */
    private final Map<Object, Set<Who>> bySender = new HashMap<>();

    Typing(RoomAccess access, Rosters rosters, Users users, Vertx vertx, Courier courier, TypingFrames frames,
            RelaySettings settings) {
        this.access = access;
        this.rosters = rosters;
        this.users = users;
        this.vertx = vertx;
        this.courier = courier;
        this.frames = frames;
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
            Going before = begin(who, new Going(sender, name, end));
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
        for (Who who : typedBy(sender)) {
            Going each = going.get(who);
            if (each != null && each.sender == sender && where.test(who.roomId)) {
                stop(who, each);
            }
        }
    }

    private void stop(Who who) {
        Going ended = going.get(who);
        if (ended != null) {
            stop(who, ended);
        }
    }

    /** Unless somebody has said it again meanwhile. */
    private void stop(Who who, Going ended) {
        if (remove(who, ended)) {
            vertx.cancelTimer(ended.end);
            tell(who, ended.name, false);
        }
    }

    /** Returns what it takes the place of. */
    private synchronized @Nullable Going begin(Who who, Going begun) {
        Going before = going.put(who, begun);
        if (before != null) {
            forget(before.sender, who);
        }
        bySender.computeIfAbsent(begun.sender, sender -> new HashSet<>()).add(who);
        return before;
    }

    private synchronized boolean remove(Who who, Going ended) {
        boolean removed = going.remove(who, ended);
        if (removed) {
            forget(ended.sender, who);
        }
        return removed;
    }

    private void forget(Object sender, Who who) {
        bySender.computeIfPresent(sender, (same, all) -> all.remove(who) && all.isEmpty() ? null : all);
    }

    private synchronized List<Who> typedBy(Object sender) {
        return List.copyOf(bySender.getOrDefault(sender, Set.of()));
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

    private void tell(Who who, String name, boolean isTyping) {
        frames.show(who.roomId, who.userId, name, isTyping);
        courier.typing(new Notice.Typing(who.roomId, who.userId, name, isTyping));
    }
}
