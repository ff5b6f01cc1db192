package dev.parley.room;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.parley.problem.Code;
import dev.parley.problem.Refusal;
import dev.parley.room.RoomView.MemberView;

/** A locked room within a batch: its numbers, its members, and what its changes announce. */
public final class RoomTurn {

    private final Batch batch;
    private final long roomId;
    private Roster roster;
    private @Nullable List<MemberView> members;
    private long lastSeq;
    private long version;
    boolean posted;

    RoomTurn(Batch batch, long roomId, Roster roster, long lastSeq, long version) {
        this.batch = batch;
        this.roomId = roomId;
        this.roster = roster;
        this.lastSeq = lastSeq;
        this.version = version;
    }

    public Connection connection() {
        return batch.connection();
    }

    public Batch batch() {
        return batch;
    }

    public Instant now() {
        return batch.now();
    }

    public long roomId() {
        return roomId;
    }

    public long lastSeq() {
        return lastSeq;
    }

    public long version() {
        return version;
    }

    public long nextVersion() {
        batch.touched(this);
        return ++version;
    }

    /** The next position in the room; take a version with it. */
    public long nextSeq() {
        batch.touched(this);
        posted = true;
        return ++lastSeq;
    }

    /** The members now, with the changes of this batch that came before. */
    public Roster roster() {
        return roster;
    }

    void roster(Roster changed) {
        roster = changed;
        members = null;
    }

    /** The room as its members see it now. Its members are read once for all changes that leave them as they are. */
    RoomView view(RoomReader reader) throws SQLException {
        List<MemberView> known = members;
        if (known == null) {
            known = reader.members(connection(), roomId);
            members = known;
        }
        return reader.forAll(connection(), roomId, known).at(lastSeq, version);
    }

    /**
     * Refuses whoever is not in the room, as if it did not exist.
     *
     * @throws Refusal {@link Code#ROOM_NOT_FOUND}
     */
    public Roster requireMember(long userId) {
        if (!roster.has(userId)) {
            throw new Refusal(Code.ROOM_NOT_FOUND);
        }
        return roster;
    }

    public void announce(Event event) {
        batch.announce(event);
    }
}
