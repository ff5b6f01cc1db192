package dev.parley.relay;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import jakarta.inject.Singleton;

import dev.parley.room.Audience;

/** How many sockets each user has open on this instance. */
@Singleton
class Here implements Audience {

    private final Map<Long, Integer> sockets = new ConcurrentHashMap<>();

    /** Whether it is their first. */
    boolean came(long userId) {
        return sockets.merge(userId, 1, Integer::sum) == 1;
    }

    /** Whether it was their last. */
    boolean went(long userId) {
        return sockets.computeIfPresent(userId, (id, count) -> count == 1 ? null : count - 1) == null;
    }

    int sockets(long userId) {
        return sockets.getOrDefault(userId, 0);
    }

    @Override
    public boolean isHere(long userId) {
        return sockets.containsKey(userId);
    }

    @Override
    public Set<Long> users() {
        return Set.copyOf(sockets.keySet());
    }
}
