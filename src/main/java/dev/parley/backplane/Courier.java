package dev.parley.backplane;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import javax.sql.DataSource;

import jakarta.inject.Singleton;

import org.jboss.logging.Logger;

import dev.parley.problem.Outage;

/**
 * Tells the other instances of what is not stored, or stored elsewhere: typing, presence, profiles. What comes within a
 * moment goes in one notice, the latest word of each.
 */
@Singleton
public class Courier {

    private static final Logger LOG = Logger.getLogger(Courier.class);
    private static final long MOMENT = 50;
    private static final long OUTAGE = 1_000;
    /** Entries of one notice, so that it fits: those with names, and ids alone. */
    private static final int MOST_NAMES = 10;
    private static final int MOST_IDS = 400;

    private record Where(long roomId, long userId) {
    }

    private final DataSource database;
    private final Instance self;
    private final Notices notices;
    private final ScheduledExecutorService executor;
    private final ReentrantLock lock = new ReentrantLock();
    /** Whether it will be sent, or is being sent: one at a time, since the latest word is to be the last. */
    private boolean due;
    private Map<Where, Notice.Typing> typing = new LinkedHashMap<>();
    private Map<Long, Boolean> presence = new LinkedHashMap<>();
    private Set<Long> users = new LinkedHashSet<>();

    Courier(DataSource database, Instance self, Notices notices, ScheduledExecutorService executor) {
        this.database = database;
        this.self = self;
        this.notices = notices;
        this.executor = executor;
    }

    /** Does not block. */
    public void typing(Notice.Typing word) {
        add(() -> typing.put(new Where(word.roomId(), word.userId()), word));
    }

    /** Does not block. */
    public void presence(long userId, boolean here) {
        add(() -> presence.put(userId, here));
    }

    /** Does not block. */
    public void profile(long userId) {
        add(() -> users.add(userId));
    }

    private void add(Runnable word) {
        lock.lock();
        try {
            word.run();
            if (!due) {
                sendAfter(MOMENT);
            }
        } finally {
            lock.unlock();
        }
    }

    private void sendAfter(long millis) {
        due = true;
        executor.schedule(this::send, millis, TimeUnit.MILLISECONDS);
    }

    private void send() {
        Words words = Words.NONE;
        boolean sent = false;
        try {
            words = take();
            tell(words.notices(self));
            sent = true;
        } catch (SQLException | RuntimeException e) {
            Outage.tell(LOG, "The other instances could not be told, and are told later", e);
        } finally {
            lock.lock();
            try {
                if (!sent) {
                    // Typing is over by then, or was said again.
                    words.presence.forEach(presence::putIfAbsent);
                    users.addAll(words.users);
                }
                due = false;
                if (!typing.isEmpty() || !presence.isEmpty() || !users.isEmpty()) {
                    sendAfter(sent ? MOMENT : OUTAGE);
                }
            } finally {
                lock.unlock();
            }
        }
    }

    private Words take() {
        lock.lock();
        try {
            Words taken = new Words(typing, presence, users);
            typing = new LinkedHashMap<>();
            presence = new LinkedHashMap<>();
            users = new LinkedHashSet<>();
            return taken;
        } finally {
            lock.unlock();
        }
    }

    private void tell(List<Notice> words) throws SQLException {
        try (Connection connection = database.getConnection()) {
            Notices.send(connection, words.stream().map(notices::write).toList(), self.id());
        }
    }

    /** What is sent at once. @param presence whether each is here */
    private record Words(Map<Where, Notice.Typing> typing, Map<Long, Boolean> presence, Set<Long> users) {

        static final Words NONE = new Words(Map.of(), Map.of(), Set.of());

        List<Notice> notices(Instance self) {
            List<Notice> notices = new ArrayList<>();
            Notices.chunks(List.copyOf(typing.values()), MOST_NAMES)
                    .forEach(chunk -> notices.add(new Notice(self.id(), null, null, chunk, null, null, null)));
            Notices.chunks(who(true), MOST_IDS)
                    .forEach(chunk -> notices.add(new Notice(self.id(), null, null, null, chunk, null, null)));
            Notices.chunks(who(false), MOST_IDS)
                    .forEach(chunk -> notices.add(new Notice(self.id(), null, null, null, null, chunk, null)));
            Notices.chunks(List.copyOf(users), MOST_IDS)
                    .forEach(chunk -> notices.add(new Notice(self.id(), null, null, null, null, null, chunk)));
            return notices;
        }

        private List<Long> who(boolean here) {
            return presence.entrySet().stream().filter(word -> word.getValue() == here).map(Map.Entry::getKey).toList();
        }
    }
}
