package dev.parley.room;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import dev.parley.backplane.Notices;
import dev.parley.problem.Code;
import dev.parley.problem.Refusal;

/** One transaction of the {@link Writer}: locks the rooms of its changes in id order, numbers, writes, commits once. */
public final class Batch {

    // The same order on every path of every instance, so that no two batches wait for each other.
    private static final String LOCK = """
            select id, last_seq, version, members_version, pg_current_xact_id()::text::bigint from chat_rooms
             where id = any(?) and is_active order by id for no key update""";
    private static final String NUMBER = """
            with numbered as (
            update chat_rooms r set last_seq = n.last_seq, version = n.version,
                   updated_at = case when n.posted then ? else r.updated_at end
              from unnest(?, ?, ?, ?) as n(id, last_seq, version, posted) where r.id = n.id returning 1)
            select %s is not null""".formatted(Notices.SEND);

    private static final String IN_PROGRESS = "in progress";
    /** invalid_parameter_value, for a transaction in the future. */
    private static final String FUTURE = "22023";

    private record Locked(long id, long lastSeq, long version, long membersVersion) {
    }

    private final Connection connection;
    private final Rosters rosters;
    private final Deliveries deliveries;
    private final Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    private final Map<Long, RoomTurn> rooms = new LinkedHashMap<>();
    private final Map<Class<?>, Bulk> bulks = new LinkedHashMap<>();
    private final Set<RoomTurn> touched = new LinkedHashSet<>();
    private final List<Roster> fresh = new ArrayList<>();
    private final List<Event> events = new ArrayList<>();
    private Deliveries.@Nullable Parcel parcel;
    private boolean noticed;
    private String transaction = "0";
    private boolean committing;

    Batch(Connection connection, Rosters rosters, Deliveries deliveries) {
        this.connection = connection;
        this.rosters = rosters;
        this.deliveries = deliveries;
    }

    /** Applies and commits the changes, in order. {@link #committed} or {@link #dropped} must follow. */
    void commit(List<? extends Change<?>> changes) throws SQLException {
        Long[] ids = changes.stream().map(change -> change.roomId).distinct().toArray(Long[]::new);
        List<Locked> locked = new ArrayList<>(ids.length);
        Pipeline reading = new Pipeline();
        reading.query(LOCK, parameters -> parameters.array("bigint", ids), rows -> lock(rows, locked));
        for (Change<?> change : changes) {
            change.gather(this);
        }
        bulks.values().forEach(bulk -> bulk.read(reading));
        reading.run(connection);
        open(locked);
        for (Change<?> change : changes) {
            RoomTurn turn = rooms.get(change.roomId);
            if (turn == null) {
                change.refuse(new Refusal(Code.ROOM_NOT_FOUND));
            } else {
                change.run(turn);
            }
        }
        Pipeline writing = new Pipeline();
        bulks.values().forEach(bulk -> bulk.write(writing));
        number(writing);
        writing.update("commit", parameters -> {
        });
        committing = true;
        writing.run(connection);
    }

    /** It is stored: lets everybody know. */
    void committed() {
        fresh.forEach(rosters::keep);
        if (parcel != null) {
            deliveries.committed(parcel, noticed);
        }
    }

    /** It was rolled back. */
    void dropped() {
        if (parcel != null) {
            deliveries.dropped(parcel);
        }
    }

    /** Whether the COMMIT was sent: from then on only the rows can tell what became of the batch. */
    boolean committing() {
        return committing && !touched.isEmpty();
    }

    /**
     * Whether the batch was committed, asked on a new connection after the old one died during the COMMIT. A crash may
     * hand the transaction's number out again, so the rows are asked as well.
     *
     * @throws SQLException when that cannot be told yet
     */
    boolean landed(Connection other) throws SQLException {
        for (int tries = 0; tries < 20; tries++) {
            String status = status(other);
            if (!status.equals(IN_PROGRESS)) {
                return status.equals("committed") && rowsAreThere(other);
            }
            LockSupport.parkNanos(100_000_000);
        }
        throw new SQLException("The commit is still going on", "25000");
    }

    private String status(Connection other) throws SQLException {
        try (PreparedStatement statement = other.prepareStatement("select coalesce(pg_xact_status(?::xid8), 'forgotten')")) {
            statement.setString(1, transaction);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getString(1);
            }
        } catch (SQLException e) {
            if (FUTURE.equals(e.getSQLState())) {
                // The server crashed and does not know the number any more: nothing under it was ever stored.
                return "aborted";
            }
            throw e;
        }
    }

    private boolean rowsAreThere(Connection other) throws SQLException {
        for (RoomTurn turn : touched) {
            try (PreparedStatement statement = other.prepareStatement("select version >= ? from chat_rooms where id = ?")) {
                statement.setLong(1, turn.version());
                statement.setLong(2, turn.roomId());
                try (ResultSet row = statement.executeQuery()) {
                    if (!row.next() || !row.getBoolean(1)) {
                        return false;
                    }
                }
            }
        }
        for (Bulk bulk : bulks.values()) {
            if (!bulk.landed(other)) {
                return false;
            }
        }
        return true;
    }

    /** The batch's own instance of a kind of bulk statement, made at first use. */
    public <B extends Bulk> B bulk(Class<B> kind, Supplier<B> make) {
        return kind.cast(bulks.computeIfAbsent(kind, k -> make.get()));
    }

    Connection connection() {
        return connection;
    }

    Instant now() {
        return now;
    }

    void touched(RoomTurn turn) {
        touched.add(turn);
    }

    void announce(Event event) {
        events.add(event);
        if (event instanceof Event.Changed changed) {
            fresh.add(changed.roster());
        }
    }

    private void lock(ResultSet rows, List<Locked> locked) throws SQLException {
        while (rows.next()) {
            locked.add(new Locked(rows.getLong(1), rows.getLong(2), rows.getLong(3), rows.getLong(4)));
            transaction = rows.getString(5);
        }
    }

    private void open(List<Locked> locked) throws SQLException {
        for (Locked room : locked) {
            Roster roster = rosters.cached(room.id());
            if (roster == null || roster.membersVersion() != room.membersVersion()) {
                roster = Rosters.load(connection, room.id());
                if (roster == null) {
                    continue;
                }
                fresh.add(roster);
            }
            rooms.put(room.id(), new RoomTurn(this, room.id(), roster, room.lastSeq(), room.version()));
        }
    }

    private void number(Pipeline pipeline) {
        if (touched.isEmpty()) {
            return;
        }
        Deliveries.Parcel expected = deliveries.expect(events);
        parcel = expected;
        pipeline.query(NUMBER, parameters -> parameters.time(now)
                .column("bigint", Long[]::new, touched, RoomTurn::roomId)
                .column("bigint", Long[]::new, touched, RoomTurn::lastSeq)
                .column("bigint", Long[]::new, touched, RoomTurn::version)
                .column("boolean", Boolean[]::new, touched, turn -> turn.posted)
                .object(expected.notice).object(deliveries.sender()), row -> {
                    row.next();
                    noticed = row.getBoolean(1);
                });
    }
}
