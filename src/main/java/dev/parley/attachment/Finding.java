package dev.parley.attachment;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.parley.problem.Rows;

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
            case Scanned(ScanState state, String reason) -> Rows.change(connection, """
                    update media_attachments set scan_state = ?, scan_reason = ?
                     where id = ? and state <> 'deleted' and (scan_state = 'scanning'
                           or scan_state = 'blocked' and scan_reason = 'failed' and ?::text is distinct from 'failed')""",
                    state.id(), reason, file, reason) > 0;
            case Previewed(String placeholder, Integer width, Integer height) -> Rows.change(connection, """
                    update media_attachments set previewed = true, placeholder = ?, width = coalesce(width, ?),
                           height = coalesce(height, ?)
                     where id = ? and not previewed and state <> 'deleted'""", placeholder, width, height, file) > 0;
        };
    }
}
