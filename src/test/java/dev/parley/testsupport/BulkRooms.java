package dev.parley.testsupport;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Rooms that are in the database at once, when making them one after the other would take minutes. */
public final class BulkRooms {

    private BulkRooms() {
    }

    /** Groups of these people, in which the last of them said so much. */
    public static void make(Connection connection, int count, int length, Person... people) throws SQLException {
        long speaker = people[people.length - 1].id;
        String members = Arrays.stream(people).map(person -> "(" + person.id + ")").collect(Collectors.joining(", "));
        run(connection, """
                with made as (insert into chat_rooms (name, room_type, created_by, last_seq, version, members_version)
                              select 'Room ' || n, 'group', %d, %d, %d, 1 from generate_series(1, %d) n returning id),
                     joined as (insert into chat_participants (room_id, user_id, changed_version)
                                select made.id, u.id, 1 from made, (values %s) as u(id))
                insert into chat_messages (id, room_id, seq, version, created_version, sender_id, message_type, content,
                       created_at)
                select (1::bigint << 44) + made.id * 10000000 + s, made.id, s, s + 1, s + 1, %d, 'text', 'message ' || s, now()
                  from made, generate_series(1, %d) s""".formatted(speaker, length, length + 1, count, members, speaker,
                length));
    }

    /** Without checking that rows of other tables are there, which takes most of the time. */
    public static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("set local session_replication_role = replica");
            statement.execute(sql);
            connection.commit();
            connection.setAutoCommit(true);
        }
    }
}
