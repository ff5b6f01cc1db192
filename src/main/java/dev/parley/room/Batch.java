package dev.parley.room;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import dev.parley.problem.Code;
import dev.parley.problem.Refusal;
import dev.parley.room.Heads.Head;

/**
 * One transaction of the {@link Writer}: locks the rooms of its changes in id order, numbers, writes, commits once. In one
 * journey to the database when the changes need nothing but where their rooms stand, and that can be guessed; else in two.
 */
public final class Batch {

    private final Connection connection;
    private final Backend backend;
    private final Heads heads;
    private final Rosters rosters;
    private final OwnCommits commits;
    private final Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    private final Map<Long, RoomTurn> rooms = new LinkedHashMap<>();
    private final Map<Class<?>, Bulk> bulks = new LinkedHashMap<>();
    private final Set<RoomTurn> touched = new LinkedHashSet<>();
    private final List<Roster> fresh = new ArrayList<>();
    private final List<Event> events = new ArrayList<>();
    private OwnCommits.@Nullable Parcel parcel;
    private boolean noticed;
    private boolean guessed;
    private boolean committing;

    /** @param connection commits by itself what is in no transaction, as JDBC's do at first; @param backend its own */
    Batch(Connection connection, Backend backend, Heads heads, Rosters rosters, OwnCommits commits) {
        this.connection = connection;
        this.backend = backend;
        this.heads = heads;
        this.rosters = rosters;
        this.commits = commits;
    }

    /** Applies and commits the changes, in order. {@link #committed} or {@link #dropped} must follow. */
    void commit(List<? extends Change<?>> changes) throws SQLException {
        Long[] ids = changes.stream().map(change -> change.roomId).distinct().toArray(Long[]::new);
        for (Change<?> change : changes) {
            change.gather(this);
        }
        Pipeline writing = new Pipeline();
        List<Head> guess = changes.stream().allMatch(heads::trusts) ? heads.of(ids) : null;
        if (guess == null) {
            open(lock(ids));
        } else {
            guessed = true;
            writing.begin();
            RoomRows.compare(guess, writing);
            open(guess);
        }
        for (Change<?> change : changes) {
            RoomTurn turn = rooms.get(change.roomId);
            if (turn == null) {
                change.refuse(new Refusal(Code.ROOM_NOT_FOUND));
            } else {
                change.run(turn);
            }
        }
        if (!touched.isEmpty() && bulks.values().stream().noneMatch(Bulk::tells)) {
            bulk(CommitMark.class, () -> new CommitMark(commits.sender()));
        }
        bulks.values().forEach(bulk -> bulk.write(writing));
        number(writing);
        writing.commit();
        committing = true;
        writing.run(connection);
    }

    /** It is stored: lets everybody know. */
    void committed() {
        fresh.forEach(rosters::keep);
        rooms.values().forEach(turn -> heads.keep(
                new Head(turn.roomId(), turn.lastSeq(), turn.version(), turn.roster().membersVersion())));
        if (parcel != null) {
            commits.committed(parcel, noticed);
        }
    }

    /** It was rolled back. */
    void dropped() {
        rooms.keySet().forEach(heads::forget);
        if (parcel != null) {
            commits.dropped(parcel);
        }
    }

    /** What became of it cannot be told to everybody, for want of memory, say: if it is stored, it is told from the rows. */
    void doubted() {
        if (parcel != null) {
            commits.dropped(parcel, true);
        }
    }

    /** Whether it went by what this instance knew of its rooms, and not by their rows. */
    boolean guessed() {
        return guessed;
    }

    /** Whether the COMMIT was sent: from then on only the rows can tell what became of the batch. */
    boolean committing() {
        return committing && !touched.isEmpty();
    }

    /**
     * Whether the batch was committed, asked on a new connection after the old one died during the COMMIT.
     *
     * @throws SQLException when that cannot be told yet
     */
    boolean landed(Connection other) throws SQLException {
        backend.end(other);
        for (Bulk bulk : bulks.values()) {
            if (bulk.tells() && !bulk.landed(other)) {
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

    private List<Head> lock(Long[] ids) throws SQLException {
        List<Head> locked = new ArrayList<>(ids.length);
        Pipeline reading = new Pipeline();
        reading.begin();
        RoomRows.lock(ids, reading, locked::add);
        bulks.values().forEach(bulk -> bulk.read(reading));
        reading.run(connection);
        return locked;
    }

    private void open(List<Head> heads) throws SQLException {
        for (Head room : heads) {
            Roster roster = rosters.cached(room.roomId());
            if (roster == null || roster.membersVersion() != room.membersVersion()) {
                roster = Rosters.load(connection, room.roomId());
                if (roster == null) {
                    continue;
                }
                fresh.add(roster);
            }
            rooms.put(room.roomId(), new RoomTurn(this, room.roomId(), roster, room.lastSeq(), room.version()));
        }
    }

    private void number(Pipeline pipeline) {
        if (touched.isEmpty()) {
            return;
        }
        OwnCommits.Parcel expected = commits.expect(events);
        parcel = expected;
        RoomRows.number(touched, now, expected.notices, commits.sender(), pipeline, sent -> noticed = sent);
    }
}
