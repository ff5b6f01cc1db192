package dev.parley.attachment;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;

import javax.sql.DataSource;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import dev.parley.problem.Outage;
import io.quarkus.narayana.jta.QuarkusTransaction;

/** Takes down what is found out about files: in the row alone, or through its room when a message has it. */
@Singleton
public class Findings {

    /** Waits for a message that is just taking the file: afterwards it is that message's. */
    private static final String WHERE = "select state, message_id from media_attachments where id = ? for update";

    private final DataSource database;
    private final BoundFiles messages;

    Findings(DataSource database, BoundFiles messages) {
        this.database = database;
        this.messages = messages;
    }

    /** Blocks; known and announced when it returns. */
    public void tell(UUID file, Finding finding) {
        Long message = QuarkusTransaction.requiringNew().call(() -> writeUnlessBound(file, finding));
        if (message != null) {
            messages.found(message, file, finding);
        }
    }

    private @Nullable Long writeUnlessBound(UUID file, Finding finding) {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(WHERE)) {
            statement.setObject(1, file);
            try (ResultSet row = statement.executeQuery()) {
                if (row.next() && row.getString(1).equals(Attachment.BOUND)) {
                    return row.getLong(2);
                }
            }
            finding.write(connection, file);
            return null;
        } catch (SQLException e) {
            throw Outage.of(e);
        }
    }
}
