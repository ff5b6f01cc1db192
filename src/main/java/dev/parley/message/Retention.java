package dev.parley.message;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

import javax.sql.DataSource;

import jakarta.inject.Singleton;

import org.jboss.logging.Logger;

import dev.parley.backplane.OneAtATime;
import dev.parley.problem.Code;
import dev.parley.problem.Outage;
import dev.parley.problem.Refusal;
import dev.parley.room.Answers;
import dev.parley.room.Writer;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.smallrye.common.annotation.RunOnVirtualThread;

/**
 * Deletes what is older than its room keeps it, through the writer like any deletion: tombstones stay, and everybody
 * hears of it. One small step after another, so that whoever speaks meanwhile does not wait.
 */
@Singleton
class Retention {

    private static final Logger LOG = Logger.getLogger(Retention.class);
    private static final int ROOMS = 1000;
    /** Of one room, before the next one has its turn: a long past is not in the way of all others. */
    private static final int STEPS = 5;
    /**
     * After each message: everybody hears of a thousand a second at most, which a slow connection carries. A long history at
     * once would fill what may wait for its listeners, who would be sent away again and again.
     */
    private static final long PAUSE_MILLIS = 1;

    /** Looks at one message of each room, the oldest that was not passed yet. */
    private static final String TOO_OLD = """
            select r.id, (select m.created_at from chat_messages m where m.room_id = r.id and m.seq >= r.retained_from_seq
                           order by m.seq limit 1) < now() - make_interval(days => least(r.retention_days, ?))
              from (select id, retained_from_seq, retention_days from chat_rooms
                     where id > ? and is_active and (retention_days is not null or ?::integer is not null)
                     order by id limit %d) r
             order by r.id""".formatted(ROOMS);

    private final DataSource database;
    private final Writer writer;
    private final OneAtATime alone;
    private final OptionalInt mostDays;

    Retention(DataSource database, Writer writer, OneAtATime alone, RetentionSettings settings) {
        this.database = database;
        this.writer = writer;
        this.alone = alone;
        this.mostDays = settings.days();
    }

    @Scheduled(delayed = "30s", every = "${parley.retention.every}", concurrentExecution = ConcurrentExecution.SKIP)
    @RunOnVirtualThread
    void whenDue() {
        alone.runIfPossible("retention", this::expire);
    }

    private void expire() {
        long deleted = 0;
        boolean more = true;
        while (more) {
            more = false;
            for (Page page = tooOld(0); page.last > 0; page = tooOld(page.last)) {
                for (long room : page.rooms) {
                    Expire.Step turn = expire(room);
                    deleted += turn.deleted();
                    more |= turn.more();
                }
            }
        }
        if (deleted > 0) {
            LOG.infof("Deleted %d messages that were older than their rooms keep them", deleted);
        }
    }

    private Expire.Step expire(long room) {
        Expire.Step turn = new Expire.Step(0, true);
        try {
            for (int steps = 0; turn.more() && steps < STEPS; steps++) {
                Expire.Step step = Answers.await(writer.submit(new Expire(room, mostDays)));
                pause(step.deleted());
                turn = new Expire.Step(turn.deleted() + step.deleted(), step.more());
            }
            return turn;
        } catch (Refusal refusal) {
            if (refusal.code != Code.ROOM_NOT_FOUND) {
                throw refusal;
            }
            // It has ended since it was looked at.
            return new Expire.Step(turn.deleted(), false);
        }
    }

    /** Longer the more was deleted, of one room or of several. */
    private static void pause(int deleted) {
        try {
            Thread.sleep(deleted * PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Refusal(Code.UNAVAILABLE);
        }
    }

    /** @param last the last room that was looked at, 0 when there was none */
    private record Page(long last, List<Long> rooms) {
    }

    private Page tooOld(long after) {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(TOO_OLD)) {
            Integer most = mostDays.isPresent() ? mostDays.getAsInt() : null;
            statement.setObject(1, most, Types.INTEGER);
            statement.setLong(2, after);
            statement.setObject(3, most, Types.INTEGER);
            try (ResultSet row = statement.executeQuery()) {
                long last = 0;
                List<Long> rooms = new ArrayList<>();
                while (row.next()) {
                    last = row.getLong(1);
                    if (row.getBoolean(2)) {
                        rooms.add(last);
                    }
                }
                return new Page(last, rooms);
            }
        } catch (SQLException e) {
            throw Outage.of(e);
        }
    }
}
