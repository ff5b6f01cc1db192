package dev.parley.room;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.util.Arrays;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.parley.problem.Code;
import dev.parley.problem.Refusal;
import dev.parley.problem.Rows;

/** Changes of a group itself: its name and who is in it. Each takes a version and is told by a {@code room_update}. */
abstract class MemberChange extends Change<RoomView> {

    final RoomReader reader;

    MemberChange(long roomId, long userId, RoomReader reader) {
        super(roomId, userId);
        this.reader = reader;
    }

    /** Its name, and how long it keeps its messages. */
    static final class Settings extends MemberChange {

        private final @Nullable String name;
        private final @Nullable Optional<Integer> retentionDays;

        /**
         * What is null stays.
         *
         * @param retentionDays empty: as long as the service does
         */
        Settings(long roomId, long userId, @Nullable String name, @Nullable Optional<Integer> retentionDays,
                RoomReader reader) {
            super(roomId, userId, reader);
            this.name = name;
            this.retentionDays = retentionDays;
        }

        @Override
        protected RoomView apply(RoomTurn turn) throws SQLException {
            requireAdmin(turn);
            try (PreparedStatement statement = turn.connection().prepareStatement("""
                    update chat_rooms set name = coalesce(?, name),
                           retention_days = case when ? then ? else retention_days end where id = ?""")) {
                statement.setString(1, name);
                statement.setBoolean(2, retentionDays != null);
                statement.setObject(3, retentionDays == null ? null : retentionDays.orElse(null), Types.INTEGER);
                statement.setLong(4, roomId);
                statement.executeUpdate();
            }
            return changed(turn, turn.roster(), new long[0], new long[0]);
        }
    }

    static final class Add extends MemberChange {

        private static final String INSERT = """
                insert into chat_participants (room_id, user_id, joined_at, joined_seq, last_read_seq, changed_version)
                select ?, u, ?, ?, ?, ? from unnest(?) as u
                    on conflict (room_id, user_id) do update
                   set is_active = true, role = 'member', joined_at = excluded.joined_at,
                       joined_seq = excluded.joined_seq, last_read_seq = excluded.last_read_seq,
                       read_version = 0, changed_version = excluded.changed_version""";

        private final long[] added;
        private final int mostMembers;

        Add(long roomId, long userId, long[] added, int mostMembers, RoomReader reader) {
            super(roomId, userId, reader);
            this.added = added;
            this.mostMembers = mostMembers;
        }

        @Override
        protected RoomView apply(RoomTurn turn) throws SQLException {
            requireAdmin(turn);
            Roster before = turn.roster();
            long[] arrived = Arrays.stream(added).distinct().filter(user -> !before.has(user)).sorted().toArray();
            if (before.users().length + arrived.length > mostMembers) {
                throw new Refusal(Code.BAD_REQUEST, "A room has " + mostMembers + " members at most");
            }
            if (arrived.length == 0) {
                return turn.view(reader);
            }
            try (PreparedStatement statement = turn.connection().prepareStatement(INSERT)) {
                statement.setLong(1, roomId);
                statement.setTimestamp(2, Timestamp.from(turn.now()));
                statement.setLong(3, turn.lastSeq());
                statement.setLong(4, turn.lastSeq());
                statement.setLong(5, turn.version() + 1);
                statement.setArray(6, turn.connection().createArrayOf("bigint",
                        Arrays.stream(arrived).boxed().toArray(Long[]::new)));
                statement.executeUpdate();
            }
            return changed(turn, before, arrived, new long[0]);
        }
    }

    static final class Remove extends MemberChange {

        private final long removed;

        Remove(long roomId, long userId, long removed, RoomReader reader) {
            super(roomId, userId, reader);
            this.removed = removed;
        }

        @Override
        protected RoomView apply(RoomTurn turn) throws SQLException {
            Roster before = turn.requireMember(userId);
            if (before.isDirect()) {
                throw new Refusal(Code.BAD_REQUEST, "A direct room has no members to remove");
            }
            if (removed != userId) {
                requireAdmin(turn);
            }
            if (!before.has(removed)) {
                throw new Refusal(Code.USER_NOT_FOUND);
            }
            Rows.change(turn.connection(),
                    "update chat_participants set is_active = false, changed_version = ? where room_id = ? and user_id = ?",
                    turn.version() + 1, roomId, removed);
            boolean leaderless = before.isAdmin(removed) && before.admins().length == 1 && before.users().length > 1;
            if (leaderless) {
                // A group is never without somebody who can add and remove: whoever has been there longest, and did not come
                // just now, as a version would say.
                Rows.change(turn.connection(), """
                        update chat_participants set role = 'admin' where room_id = ? and user_id = (
                            select user_id from chat_participants where room_id = ? and is_active
                             order by joined_at, user_id limit 1)""", roomId, roomId);
            }
            if (before.users().length == 1) {
                // Nobody can read it or come back to it any more: what was said goes as by retention, and its files with it.
                Rows.change(turn.connection(), "update chat_rooms set retention_days = 1 where id = ?", roomId);
            }
            return changed(turn, before, new long[0], new long[] { removed });
        }
    }

    void requireAdmin(RoomTurn turn) {
        Roster roster = turn.requireMember(userId);
        if (roster.isDirect()) {
            throw new Refusal(Code.BAD_REQUEST, "A direct room has no name and no other members");
        }
        if (!roster.isAdmin(userId)) {
            throw new Refusal(Code.FORBIDDEN, "Only an admin of the room may do this");
        }
    }

    /** Takes a version, records that it was a change of the room itself, and announces it. */
    RoomView changed(RoomTurn turn, Roster before, long[] arrived, long[] departed) throws SQLException {
        long version = turn.nextVersion();
        boolean members = arrived.length > 0 || departed.length > 0;
        try (PreparedStatement statement = turn.connection().prepareStatement("""
                update chat_rooms set version = ?, info_version = ?,
                       members_version = case when ? then ? else members_version end where id = ?""")) {
            statement.setLong(1, version);
            statement.setLong(2, version);
            statement.setBoolean(3, members);
            statement.setLong(4, version);
            statement.setLong(5, roomId);
            statement.executeUpdate();
        }
        Roster after = before;
        if (members) {
            after = Rosters.load(turn.connection(), roomId);
            turn.roster(after);
        }
        RoomView view = turn.view(reader);
        turn.announce(new Event.Changed(after, version, view, arrived, departed));
        return view;
    }
}
