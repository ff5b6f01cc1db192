package dev.parley.relay;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import org.jboss.logging.Logger;

import dev.parley.account.Profile;
import dev.parley.account.Tokens;
import dev.parley.account.UserChanged;
import dev.parley.account.Users;
import dev.parley.backplane.Notice;
import dev.parley.backplane.Recipient;
import dev.parley.problem.Outage;
import io.quarkus.arc.All;

/**
 * Closes the sockets of those who changed their password, at whichever instance: the tokens that opened them are void. Looks
 * only when something was said of somebody who is here, and again when the database answers if it did not.
 */
@Singleton
public class VoidTokens implements Recipient {

    private static final Logger LOG = Logger.getLogger(VoidTokens.class);
    /** Milliseconds: whoever changed their password has the new token by then, and comes back with it. */
    private static final long MOMENT = 1_000;

    private final Users users;
    private final Here here;
    private final List<LiveDoor> doors;
    private final ScheduledExecutorService executor;
    /** Those of whom it is not known whether all their sockets' tokens are good. */
    private final Set<Long> unsure = ConcurrentHashMap.newKeySet();

    VoidTokens(Users users, Here here, @All List<LiveDoor> doors, ScheduledExecutorService executor) {
        this.users = users;
        this.here = here;
        this.doors = doors;
        this.executor = executor;
    }

    /**
     * To be called when a socket can be found by its user: what made its token void may have been said since that was
     * verified, when nobody knew of the socket.
     */
    public void opened(Tokens.Verified who) {
        Profile user = users.cached(who.userId());
        if (user == null || user.sessions() != who.sessions()) {
            unsure.add(who.userId());
        }
    }

    void changed(@Observes UserChanged change) {
        lookAt(List.of(change.id()));
    }

    @Override
    public void received(List<Notice> notices) {
        for (Notice notice : notices) {
            if (notice.users() != null) {
                lookAt(notice.users());
            }
        }
    }

    @Override
    public void listening() {
        lookAt(here.users());
    }

    @Override
    public void beat() {
        look();
    }

    private void lookAt(Collection<Long> changed) {
        List<Long> concerned = changed.stream().filter(here::isHere).toList();
        if (!concerned.isEmpty()) {
            unsure.addAll(concerned);
            executor.schedule(this::look, MOMENT, TimeUnit.MILLISECONDS);
        }
    }

    private void look() {
        Set<Long> looked = Set.copyOf(unsure);
        unsure.removeAll(looked);
        // Others who heard of the change may not have done so yet.
        looked.forEach(users::forget);
        try {
            users.get(looked).values()
                    .forEach(user -> doors.forEach(door -> door.voided(user.id(), user.sessions())));
        } catch (RuntimeException e) {
            Outage.tell(LOG, "Whose tokens are void could not be read, and is read later", e);
            unsure.addAll(looked);
        }
    }
}
