package dev.parley.relay;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import jakarta.inject.Singleton;

import dev.parley.account.Presence;
import dev.parley.backplane.Courier;

/** Who has a socket open, here or on another instance. Coming and going is told to everybody who shares a room. */
@Singleton
public class OnlineUsers implements Presence {

    private final Here here;
    private final Elsewhere elsewhere;
    private final Sightings sightings;
    private final PresenceFrames frames;
    private final Courier courier;
    /** Users who came or went and whose rows do not say so yet: a storm of them is written at once. */
    private Set<Long> changed = new LinkedHashSet<>();
    private boolean due;

    OnlineUsers(Here here, Elsewhere elsewhere, Sightings sightings, PresenceFrames frames, Courier courier) {
        this.here = here;
        this.elsewhere = elsewhere;
        this.sightings = sightings;
        this.frames = frames;
        this.courier = courier;
    }

    @Override
    public boolean isOnline(long userId) {
        return here.isHere(userId) || elsewhere.has(userId);
    }

    /** A socket of this user opened. */
    public void came(long userId) {
        if (here.came(userId)) {
            change(userId);
        }
    }

    /** A socket of this user closed. */
    public void went(long userId) {
        if (here.went(userId)) {
            change(userId);
        }
    }

    private void change(long userId) {
        write(Set.of(userId));
        if (!elsewhere.has(userId)) {
            frames.tell(userId, this::isOnline);
        }
    }

    /** Tries again what the database did not take. */
    void tryAgain() {
        write(Set.of());
        frames.tellTheRest(this::isOnline);
    }

    /** Others may have forgotten everybody who is here. */
    void tellAgain() {
        write(here.users());
    }

    private synchronized void write(Set<Long> more) {
        changed.addAll(more);
        if (!due && !changed.isEmpty()) {
            due = true;
            frames.first(this::write);
        }
    }

    private synchronized Set<Long> take() {
        Set<Long> taken = changed;
        changed = new LinkedHashSet<>();
        due = false;
        return taken;
    }

    private synchronized void putBack(Set<Long> unwritten) {
        changed.addAll(unwritten);
    }

    private void write() throws SQLException {
        Set<Long> taken = take();
        List<Long> came = new ArrayList<>();
        List<Long> went = new ArrayList<>();
        for (Long user : taken) {
            (here.isHere(user) ? came : went).add(user);
        }
        try {
            sightings.came(came);
            sightings.went(went);
            sightings.lastSeen(went);
        } catch (SQLException | RuntimeException e) {
            putBack(taken);
            throw e;
        }
        // Not before: who reads the rows between a notice and its row would hear of neither.
        taken.forEach(user -> courier.presence(user, here.isHere(user)));
    }
}
