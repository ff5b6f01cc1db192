package dev.parley.room;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.stream.Collectors;

import jakarta.inject.Singleton;

import org.jboss.logging.Logger;

import dev.parley.problem.Code;
import dev.parley.problem.OneLine;
import dev.parley.problem.Outage;
import dev.parley.problem.Refusal;

/**
 * What becomes of changes that the database did not take: what may pass the next time is tried again, what fails on its
 * data is split until the bad change stands alone, and the rest is refused. For the writer's thread alone.
 */
@Singleton
class Retries {

    private static final Logger LOG = Logger.getLogger(Retries.class);
    /** unique_violation */
    private static final String UNIQUE = "23505";
    /** lock_not_available */
    private static final String LOCKED = "55P03";

    private final WriterConnection connections;
    private final Heads heads;
    private boolean full;

    Retries(WriterConnection connections, Heads heads) {
        this.connections = connections;
        this.heads = heads;
    }

    /** Something was written. */
    void worked() {
        full = false;
    }

    /**
     * @param guessed whether the batch went by what was known of its rooms
     * @param queue refused when the database is away for long
     * @return what to write next, in this order; whoever is in none of it has been refused
     */
    List<Attempt> after(SQLException failure, Attempt failed, boolean guessed, Queue<Change<?>> queue) {
        String state = String.valueOf(failure.getSQLState());
        boolean unique = state.equals(UNIQUE);
        if (Outage.isFull(failure)) {
            refuseAsFull(failed, failure);
            return List.of();
        }
        if (state.equals(LOCKED)) {
            return withoutHeld(failed, failure, queue);
        }
        if (guessed) {
            // What was known of the rooms is old, or a key is not new.
            if (unique) {
                heads.doubt(failed.changes());
            }
            return List.of(failed);
        }
        // Serialization failure, deadlock: the same changes may pass the next time. So may an idempotency key that
        // another instance committed meanwhile: the next run finds it.
        boolean mayPass = state.startsWith("40") || unique && failed.changes().size() == 1;
        return mayPass && !failed.isLast() ? List.of(failed.again()) : split(failed, failure);
    }

    /** As {@link #after}, of changes that fail on their data. */
    List<Attempt> split(Attempt failed, Exception reason) {
        if (failed.changes().size() > 1) {
            return failed.halves();
        }
        if (reason instanceof Change.HalfDone halfDone) {
            Change.refuse(failed.changes(), halfDone.refusal);
        } else {
            LOG.errorf(reason, "A change could not be written: %s", failed.changes().get(0).getClass().getSimpleName());
            Change.refuse(failed.changes(), new Refusal(Code.INTERNAL));
        }
        return List.of();
    }

    /** Split, it would fail as well. One line tells of it until something is written. */
    private void refuseAsFull(Attempt failed, SQLException reason) {
        if (!full) {
            LOG.errorf("The database's disk is full: %s", OneLine.of(reason.getMessage()));
        }
        full = true;
        Change.refuse(failed.changes(), Outage.refusal(reason));
    }

    /** Somebody holds rooms: changes there are refused, and those to others do not wait for it. */
    private List<Attempt> withoutHeld(Attempt failed, SQLException reason, Queue<Change<?>> queue) {
        List<Change<?>> changes = failed.changes();
        Set<Long> held = held(changes, queue);
        if (held.isEmpty() && failed.failures() == 0) {
            // It is free by now, or is something else, such as NOTIFY's own, of which parts would fail as well.
            return List.of(failed.again());
        }
        if (held.isEmpty() && changes.size() > 1) {
            return split(failed, reason);
        }
        List<Change<?>> stuck = changes.stream().filter(change -> held.isEmpty() || held.contains(change.roomId)).toList();
        LOG.warnf("Changes refused, since their rooms stay locked: %d. %s", stuck.size(), OneLine.of(reason.getMessage()));
        Change.refuse(stuck, Outage.refusal());
        List<Change<?>> free = changes.stream().filter(change -> !stuck.contains(change) && !change.refuseIfTooOld()).toList();
        return free.isEmpty() ? List.of() : List.of(new Attempt(free));
    }

    /** Those of the changes' rooms that somebody holds; all when that cannot be asked. */
    private Set<Long> held(List<Change<?>> changes, Queue<Change<?>> queue) {
        Set<Long> rooms = changes.stream().map(change -> change.roomId).collect(Collectors.toSet());
        Connection connection = connections.get(queue);
        try {
            return connection == null ? rooms : RoomRows.held(connection, rooms);
        } catch (SQLException e) {
            connections.lost(e);
            return rooms;
        }
    }
}
