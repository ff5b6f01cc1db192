package dev.parley.message;

import java.sql.SQLException;

import org.jspecify.annotations.Nullable;

import dev.parley.account.Users;
import dev.parley.message.MessageView.ReadReceipt;
import dev.parley.problem.Code;
import dev.parley.problem.Refusal;
import dev.parley.room.Batch;
import dev.parley.room.Change;
import dev.parley.room.Event;
import dev.parley.room.RoomTurn;
import dev.parley.room.Roster;

/** Marks a room read up to a message. What was read stays read, so a smaller number changes nothing. */
final class MarkRead extends Change<ReadReceipt> {

    private final @Nullable Long seq;
    private final Users users;

    MarkRead(long roomId, long userId, @Nullable Long seq, Users users) {
        super(roomId, userId);
        if (seq != null && seq < 0) {
            throw new Refusal(Code.BAD_REQUEST, "seq must not be negative");
        }
        this.seq = seq;
        this.users = users;
    }

    @Override
    protected void gather(Batch batch) {
        batch.bulk(ReadMarks.class, ReadMarks::new).look(roomId, userId);
    }

    @Override
    protected ReadReceipt apply(RoomTurn turn) throws SQLException {
        Roster roster = turn.requireMember(userId);
        ReadMarks marks = turn.batch().bulk(ReadMarks.class, ReadMarks::new);
        Long before = marks.lastRead(roomId, userId);
        long now = seq == null ? turn.lastSeq() : Math.min(seq, turn.lastSeq());
        users.know(turn.connection(), userId);
        String name = users.get(userId).name();
        if (before != null && now <= before) {
            return new ReadReceipt(roomId, userId, name, before, turn.version());
        }
        long version = turn.nextVersion();
        marks.read(roomId, userId, now, version);
        ReadReceipt receipt = new ReadReceipt(roomId, userId, name, now, version);
        turn.announce(new Event.Said("message_read", roster, version, false, viewer -> receipt));
        return receipt;
    }
}
