package dev.parley.room;

import java.sql.Connection;
import java.time.Instant;

import dev.parley.problem.Code;
import dev.parley.problem.Refusal;

/** A locked room within a batch: its numbers, its members, and what its changes announce. */
public final class RoomTurn {

    private final Batch batch;
    private final long roomId;
    private Roster roster;
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
    }

    /** Refuses whoever is not in the room, as if it did not exist. */
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
