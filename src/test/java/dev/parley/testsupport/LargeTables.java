package dev.parley.testsupport;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

import javax.sql.DataSource;

/** Rows by the hundred thousand, for whoever looks at what is asked of them. */
public record LargeTables(DataSource database) {

    private interface Work {
        void on(Connection connection) throws SQLException;
    }

    /** As {@link BulkRooms#make}. */
    public void rooms(int count, int length, Person... people) throws SQLException {
        bulk(connection -> BulkRooms.make(connection, count, length, people));
    }

    /** Has somebody say more in rooms that are all of one length. */
    public void lengthen(List<Long> rooms, Person speaker, long from, long to) throws SQLException {
        String ids = rooms.toString().replace('[', '{').replace(']', '}');
        run("""
                insert into chat_messages (id, room_id, seq, version, created_version, sender_id, message_type, content,
                       created_at)
                select (1::bigint << 44) + r * 10000000 + s, r, s, s + 1, s + 1, %d, 'text', 'message ' || s, now()
                  from unnest('%s'::bigint[]) r, generate_series(%d, %d) s""".formatted(speaker.id, ids, from + 1, to));
        run("update chat_rooms set last_seq = %d, version = %d where id = any('%s')".formatted(to, to + 1, ids));
    }

    public List<Long> roomsOf(Person person) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select room_id from chat_participants where user_id = " + person.id
                        + " order by 1")) {
            List<Long> ids = new ArrayList<>();
            while (rows.next()) {
                ids.add(rows.getLong(1));
            }
            return ids;
        }
    }

    public void analyze() throws SQLException {
        run("analyze");
    }

    /** As {@link BulkRooms#run}, however long it takes. */
    public void run(String sql) throws SQLException {
        bulk(connection -> BulkRooms.run(connection, sql));
    }

    private void bulk(Work work) throws SQLException {
        try (Connection connection = database.getConnection()) {
            connection.setNetworkTimeout(Runnable::run, 120_000);
            work.on(connection);
            connection.setNetworkTimeout(Runnable::run, 5_000);
        }
    }
}
