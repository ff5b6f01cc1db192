package dev.parley.message;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import dev.parley.room.Bulk;

/** The new messages of a batch, in one insert. */
final class Inserts implements Bulk {

    private static final String INSERT = """
            insert into chat_messages (created_at, id, room_id, seq, version, created_version, sender_id, message_type,
                   content, reply_to, file_count, idempotency_key, request_hash, local_temp_id)
            select ?, m.id, m.room_id, m.seq, m.version, m.version, m.sender_id, m.message_type, m.content, m.reply_to,
                   m.file_count, m.idempotency_key, m.request_hash, m.local_temp_id
              from unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                as m(id, room_id, seq, version, sender_id, message_type, content, reply_to, file_count,
                     idempotency_key, request_hash, local_temp_id)""";

    private record Row(Message message, @Nullable String key, byte @Nullable [] hash) {
    }

    private final List<Row> rows = new ArrayList<>();

    void add(Message message, @Nullable String key, byte @Nullable [] hash) {
        rows.add(new Row(message, key, hash));
    }

    @Override
    public void write(Connection connection) throws SQLException {
        if (rows.isEmpty()) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
            statement.setObject(1, rows.get(0).message.createdAt.atOffset(ZoneOffset.UTC));
            column(statement, 2, "bigint", Long[]::new, row -> row.message.id);
            column(statement, 3, "bigint", Long[]::new, row -> row.message.roomId);
            column(statement, 4, "bigint", Long[]::new, row -> row.message.seq);
            column(statement, 5, "bigint", Long[]::new, row -> row.message.version);
            column(statement, 6, "bigint", Long[]::new, row -> row.message.senderId);
            column(statement, 7, "text", String[]::new, row -> row.message.messageType);
            column(statement, 8, "text", String[]::new, row -> row.message.content);
            column(statement, 9, "bigint", Long[]::new, row -> row.message.replyTo);
            column(statement, 10, "smallint", Short[]::new, row -> row.message.fileCount);
            column(statement, 11, "text", String[]::new, Row::key);
            column(statement, 12, "bytea", byte[][]::new, Row::hash);
            column(statement, 13, "text", String[]::new, row -> row.message.localTempId);
            statement.executeUpdate();
        }
    }

    private <T> void column(PreparedStatement statement, int index, String type,
            java.util.function.IntFunction<T[]> make, Function<Row, @Nullable T> value) throws SQLException {
        T[] values = make.apply(rows.size());
        for (int i = 0; i < values.length; i++) {
            values[i] = value.apply(rows.get(i));
        }
        statement.setArray(index, statement.getConnection().createArrayOf(type, values));
    }

    @Override
    public boolean landed(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection
                .prepareStatement("select count(*) from chat_messages where id = any(?)")) {
            statement.setArray(1, connection.createArrayOf("bigint",
                    rows.stream().map(row -> row.message.id).toArray(Long[]::new)));
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getLong(1) == rows.size();
            }
        }
    }
}
