package dev.parley.room;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

import dev.parley.backplane.Notices;
import dev.parley.room.Heads.Head;

/** What a {@link Batch} does with the rows of its rooms: locks them, compares them with what it took them for, numbers them. */
final class RoomRows {

    // The same order on every path of every instance, so that no two batches wait for each other.
    private static final String LOCK = """
            select id, last_seq, version, members_version from chat_rooms
             where id = any(?) and is_active order by id for no key update""";
    /**
     * Fails, and with it all that comes behind, unless the rooms stand where they were guessed to. How it fails is read in
     * the server's log, too.
     */
    private static final String COMPARE = """
            select case when count(*) = cardinality(?) then 1
                        else ('not a fault: another instance was first in a room, ' || count(*))::integer end from (
                select from chat_rooms r
                  join unnest(?, ?, ?, ?) as k(id, last_seq, version, members_version)
                    on r.id = k.id and r.last_seq = k.last_seq and r.version = k.version
                       and r.members_version = k.members_version
                 where r.is_active order by r.id for no key update of r) as held""";
    private static final String HELD = """
            with free as (select id from chat_rooms where id = any(?) order by id for no key update skip locked)
            select id from chat_rooms where id = any(?) and id not in (select id from free)""";
    private static final String NUMBER = """
            with numbered as (
            update chat_rooms r set last_seq = n.last_seq, version = n.version,
                   updated_at = case when n.posted then ? else r.updated_at end
              from unnest(?, ?, ?, ?) as n(id, last_seq, version, posted) where r.id = n.id returning 1)
            select %s""".formatted(Notices.SEND);

    private RoomRows() {
    }

    /** Inactive rooms, and those that there are not, are left out. */
    static void lock(Long[] ids, Pipeline pipeline, Consumer<Head> locked) {
        pipeline.query(LOCK, parameters -> parameters.array("bigint", ids), rows -> {
            while (rows.next()) {
                locked.accept(new Head(rows.getLong(1), rows.getLong(2), rows.getLong(3), rows.getLong(4)));
            }
        });
    }

    /** Those of some rooms that somebody else holds at this moment. */
    static Set<Long> held(Connection connection, Collection<Long> ids) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(HELD)) {
            Array rooms = connection.createArrayOf("bigint", ids.toArray());
            statement.setArray(1, rooms);
            statement.setArray(2, rooms);
            try (ResultSet row = statement.executeQuery()) {
                Set<Long> held = new HashSet<>();
                while (row.next()) {
                    held.add(row.getLong(1));
                }
                return held;
            }
        }
    }

    static void compare(List<Head> guess, Pipeline pipeline) {
        pipeline.query(COMPARE, parameters -> parameters.longs(guess, Head::roomId)
                .longs(guess, Head::roomId)
                .longs(guess, Head::lastSeq)
                .longs(guess, Head::version)
                .longs(guess, Head::membersVersion), rows -> {
                });
    }

    /**
     * Writes where the rooms stand now, and lets the other instances know.
     *
     * @param sent told whether there were any
     */
    static void number(Collection<RoomTurn> touched, Instant now, List<String> notices, UUID sender, Pipeline pipeline,
            Consumer<Boolean> sent) {
        pipeline.query(NUMBER, parameters -> parameters.time(now)
                .longs(touched, RoomTurn::roomId)
                .longs(touched, RoomTurn::lastSeq)
                .longs(touched, RoomTurn::version)
                .column("boolean", Boolean[]::new, touched, turn -> turn.posted)
                .array("text", notices.toArray()).object(sender), row -> {
                    row.next();
                    sent.accept(row.getBoolean(1));
                });
    }
}
