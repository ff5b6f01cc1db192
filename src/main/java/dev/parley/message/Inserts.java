package dev.parley.message;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.parley.room.Bulk;
import dev.parley.room.Pipeline;

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
    public void write(Pipeline pipeline) {
        if (rows.isEmpty()) {
            return;
        }
        pipeline.update(INSERT, parameters -> parameters.time(rows.get(0).message.createdAt)
                .longs(rows, row -> row.message.id)
                .longs(rows, row -> row.message.roomId)
                .longs(rows, row -> row.message.seq)
                .longs(rows, row -> row.message.version)
                .longs(rows, row -> row.message.senderId)
                .column("text", String[]::new, rows, row -> row.message.messageType)
                .column("text", String[]::new, rows, row -> row.message.content)
                .column("bigint", Long[]::new, rows, row -> row.message.replyTo)
                .column("smallint", Short[]::new, rows, row -> row.message.fileCount)
                .column("text", String[]::new, rows, Row::key)
                .column("bytea", byte[][]::new, rows, Row::hash)
                .column("text", String[]::new, rows, row -> row.message.localTempId));
    }

    @Override
    public boolean tells() {
        return !rows.isEmpty();
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
