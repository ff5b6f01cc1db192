package dev.parley.message;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

import org.jspecify.annotations.Nullable;

import dev.parley.message.Tombstones.Grave;
import dev.parley.problem.Rows;
import dev.parley.room.Change;
import dev.parley.room.RoomTurn;

/**
 * Deletes the oldest messages of a room, as many as go well in one commit, when they are older than it keeps them: by the
 * database's clock, as the look for such rooms, so that an instance whose own is ahead deletes no more than others.
 */
final class Expire extends Change<Expire.Step> {

    static final int AT_ONCE = 200;

    private static final String OLDEST = """
            select id, seq, deleted_at is null, created_at < now() - make_interval(days => ?) from chat_messages
             where room_id = ? and seq >= ? order by seq limit %d""".formatted(AT_ONCE);

    private final OptionalInt mostDays;

    /** @param mostDays what no room keeps longer than; a room may keep less */
    Expire(long roomId, OptionalInt mostDays) {
        super(roomId, 0);
        this.mostDays = mostDays;
    }

    /** @param more whether there may be more of them */
    record Step(int deleted, boolean more) {
    }

    private record Kept(long fromSeq, @Nullable Integer days) {
    }

    @Override
    protected Step apply(RoomTurn turn) throws SQLException {
        Kept kept = kept(turn);
        int days = Math.min(kept.days == null ? Integer.MAX_VALUE : kept.days, mostDays.orElse(Integer.MAX_VALUE));
        if (days == Integer.MAX_VALUE) {
            return new Step(0, false);
        }
        List<Grave> graves = new ArrayList<>();
        int passed = 0;
        long next = kept.fromSeq;
        try (PreparedStatement statement = turn.connection().prepareStatement(OLDEST)) {
            statement.setInt(1, days);
            statement.setLong(2, roomId);
            statement.setLong(3, kept.fromSeq);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next() && row.getBoolean(4)) {
                    next = row.getLong(2) + 1;
                    passed++;
                    if (row.getBoolean(3)) {
                        graves.add(new Grave(row.getLong(1), row.getLong(2)));
                    }
                }
            }
        }
        Tombstones.lay(turn, graves);
        if (passed > 0) {
            Rows.change(turn.connection(), "update chat_rooms set retained_from_seq = ? where id = ?", next, roomId);
        }
        return new Step(graves.size(), passed == AT_ONCE);
    }

    private Kept kept(RoomTurn turn) throws SQLException {
        try (PreparedStatement statement = turn.connection()
                .prepareStatement("select retained_from_seq, retention_days from chat_rooms where id = ?")) {
            statement.setLong(1, roomId);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return new Kept(row.getLong(1), row.getObject(2, Integer.class));
            }
        }
    }
}
