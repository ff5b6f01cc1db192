package dev.parley.relay;

import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import org.jboss.logging.Logger;

import dev.parley.account.UserChanged;
import dev.parley.backplane.Courier;
import dev.parley.backplane.Instance;
import dev.parley.backplane.Notice;
import dev.parley.backplane.Recipient;
import dev.parley.backplane.Registry;
import dev.parley.problem.Outage;

/**
 * Hears who comes and goes on other instances, and whose profile changes on any; of an instance that died, everybody went.
 */
@Singleton
class RemotePresence implements Recipient {

    private static final Logger LOG = Logger.getLogger(RemotePresence.class);

    private final Instance self;
    private final Registry registry;
    private final Here here;
    private final Elsewhere elsewhere;
    private final Sightings sightings;
    private final OnlineUsers online;
    private final PresenceFrames frames;
    private final Courier courier;

    RemotePresence(Instance self, Registry registry, Here here, Elsewhere elsewhere, Sightings sightings, OnlineUsers online,
            PresenceFrames frames, Courier courier) {
        this.self = self;
        this.registry = registry;
        this.here = here;
        this.elsewhere = elsewhere;
        this.sightings = sightings;
        this.online = online;
        this.frames = frames;
        this.courier = courier;
    }

    @Override
    public void received(List<Notice> notices) {
        for (Notice notice : notices) {
            if (notice.from().equals(self.id())) {
                continue;
            }
            if (notice.came() != null) {
                change(notice.came(), () -> elsewhere.came(notice.from(), notice.came()));
            }
            if (notice.went() != null) {
                change(notice.went(), () -> elsewhere.went(notice.from(), notice.went()));
            }
            if (notice.users() != null) {
                notice.users().forEach(user -> frames.tellAgain(user, online::isOnline));
            }
        }
    }

    void changed(@Observes UserChanged change) {
        frames.tellAgain(change.id(), online::isOnline);
    }

    @Override
    public void listening() {
        // Whoever took this instance for dead has forgotten them.
        online.tellAgain();
        try {
            Set<Long> before = elsewhere.users();
            Set<Long> concerned = new HashSet<>(before);
            concerned.addAll(elsewhere.reload());
            concerned.stream().filter(user -> before.contains(user) != elsewhere.has(user) && !here.isHere(user))
                    .forEach(user -> frames.tell(user, online::isOnline));
        } catch (SQLException e) {
            throw new IllegalStateException("Who is online elsewhere could not be read", e);
        }
    }

    @Override
    public void beat() {
        online.tryAgain();
        try {
            // Asked before: who is new since then is none of those that are gone.
            Set<UUID> known = elsewhere.instances();
            Set<UUID> alive = known.isEmpty() ? known : registry.others();
            known.stream().filter(instance -> !alive.contains(instance)).map(elsewhere::forget).flatMap(Set::stream)
                    .filter(user -> !online.isOnline(user)).forEach(user -> frames.tell(user, online::isOnline));
        } catch (SQLException e) {
            Outage.tell(LOG, "Who is gone with an instance could not be read, and is read later", e);
        }
    }

    /** Tells of those whose state this changes. */
    private void change(Collection<Long> users, Runnable step) {
        Set<Long> before = users.stream().filter(online::isOnline).collect(Collectors.toSet());
        step.run();
        for (Long user : users) {
            if (before.contains(user) != online.isOnline(user)) {
                frames.tell(user, online::isOnline);
            }
        }
    }
}
