package dev.parley.backplane;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

import javax.sql.DataSource;

import jakarta.inject.Singleton;

import org.jboss.logging.Logger;

/**
 * Tells the other instances of what is not stored, or stored elsewhere: typing, presence, profiles. What comes within a
 * moment goes in one notice, the latest word of each.
 */
@Singleton
public class Courier {

    private static final Logger LOG = Logger.getLogger(Courier.class);
    private static final long MOMENT = 50;
    /** Entries of one notice, so that it fits: those with names, and ids alone. */
    private static final int MOST_NAMES = 10;
    private static final int MOST_IDS = 400;

    private record Where(long roomId, long userId) {
    }

    private final DataSource database;
    private final Instance self;
    private final Notices notices;
    private final ScheduledExecutorService executor;
    private final AtomicBoolean due = new AtomicBoolean();
    private final ReentrantLock lock = new ReentrantLock();
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
        } finally {
            lock.unlock();
        }
        if (due.compareAndSet(false, true)) {
            executor.schedule(this::send, MOMENT, TimeUnit.MILLISECONDS);
        }
    }

    private void send() {
        due.set(false);
        List<Notice> words = new ArrayList<>();
        lock.lock();
        try {
            chunks(List.copyOf(typing.values()), MOST_NAMES)
                    .forEach(chunk -> words.add(new Notice(self.id(), null, null, chunk, null, null, null)));
            chunks(presence.entrySet().stream().filter(Map.Entry::getValue).map(Map.Entry::getKey).toList(), MOST_IDS)
                    .forEach(chunk -> words.add(new Notice(self.id(), null, null, null, chunk, null, null)));
            chunks(presence.entrySet().stream().filter(word -> !word.getValue()).map(Map.Entry::getKey).toList(), MOST_IDS)
                    .forEach(chunk -> words.add(new Notice(self.id(), null, null, null, null, chunk, null)));
            chunks(List.copyOf(users), MOST_IDS)
                    .forEach(chunk -> words.add(new Notice(self.id(), null, null, null, null, null, chunk)));
            typing = new LinkedHashMap<>();
            presence = new LinkedHashMap<>();
            users = new LinkedHashSet<>();
        } finally {
            lock.unlock();
        }
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement("select " + Notices.SEND)) {
            for (Notice word : words) {
                statement.setString(1, notices.write(word));
                statement.setObject(2, self.id());
                statement.executeQuery().close();
            }
        } catch (SQLException e) {
            // Typing ends by itself, and presence is read again when the connection is back.
            LOG.debug("The other instances could not be told", e);
        }
    }

    private static <T> List<List<T>> chunks(List<T> words, int most) {
        List<List<T>> chunks = new ArrayList<>();
        for (int at = 0; at < words.size(); at += most) {
            chunks.add(words.subList(at, Math.min(words.size(), at + most)));
        }
        return chunks;
    }
}
