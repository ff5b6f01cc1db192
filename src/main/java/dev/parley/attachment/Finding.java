package dev.parley.attachment;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/** What was found out about a file after it was stored. */
public sealed interface Finding {

    /** @param reason the scanner's name of what it found, or why it was not asked */
    record Scanned(ScanState state, @Nullable String reason) implements Finding {
    }

    /**
     * Previews of it are stored.
     *
     * @param placeholder a ThumbHash in base64
     * @param width pixels, taken when the file's own header did not tell
     * @param height pixels
     */
    record Previewed(String placeholder, @Nullable Integer width, @Nullable Integer height) implements Finding {
    }

    /** Writes it down; false when it was known, or the file is gone. */
    default boolean write(Connection connection, UUID file) throws SQLException {
        return switch (this) {
            case Scanned(ScanState state, String reason) -> update(connection, """
                    update media_attachments set scan_state = ?, scan_reason = ?
                     where id = ? and state <> 'deleted' and (scan_state = 'scanning'
                           or scan_state = 'blocked' and scan_reason = 'failed' and ?::text is distinct from 'failed')""",
                    state.id(), reason, file, reason);
            case Previewed(String placeholder, Integer width, Integer height) -> update(connection, """
                    update media_attachments set previewed = true, placeholder = ?, width = coalesce(width, ?),
                           height = coalesce(height, ?)
                     where id = ? and not previewed and state <> 'deleted'""", placeholder, width, height, file);
        };
    }

    private static boolean update(Connection connection, String sql, @Nullable Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                if (values[i] == null) {
                    statement.setNull(i + 1, Types.NULL);
                } else {
                    statement.setObject(i + 1, values[i]);
                }
            }
            return statement.executeUpdate() > 0;
        }
    }
}
