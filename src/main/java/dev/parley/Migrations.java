package dev.parley;

import static org.flywaydb.core.api.callback.Event.AFTER_EACH_MIGRATE;
import static org.flywaydb.core.api.callback.Event.AFTER_EACH_MIGRATE_ERROR;
import static org.flywaydb.core.api.callback.Event.BEFORE_EACH_MIGRATE;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

import jakarta.inject.Singleton;

import org.flywaydb.core.api.callback.BaseCallback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;
import org.flywaydb.core.api.configuration.FluentConfiguration;

import io.quarkus.flyway.FlywayConfigurationCustomizer;

/**
 * A migration may take as long as it needs, but waits for no lock longer than a moment: all that the instances which still
 * run ask of the table waits behind it, for as long as a dump holds that.
 */
@Singleton
class Migrations extends BaseCallback implements FlywayConfigurationCustomizer {

    private static final String PATIENCE = "set local lock_timeout = '1s'";

    private int networkTimeout;

    @Override
    public void customize(FluentConfiguration configuration) {
        // Of another instance that has begun.
        configuration.callbacks(this).lockRetryCount(-1);
    }

    @Override
    public boolean supports(Event event, Context context) {
        return event == BEFORE_EACH_MIGRATE || event == AFTER_EACH_MIGRATE || event == AFTER_EACH_MIGRATE_ERROR;
    }

    @Override
    public void handle(Event event, Context context) {
        try {
            if (event == BEFORE_EACH_MIGRATE) {
                begin(context.getConnection());
            } else {
                limit(context.getConnection(), networkTimeout);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void begin(Connection connection) throws SQLException {
        networkTimeout = connection.getNetworkTimeout();
        limit(connection, 0);
        try (Statement statement = connection.createStatement()) {
            statement.execute(PATIENCE);
        }
    }

    private static void limit(Connection connection, int milliseconds) throws SQLException {
        connection.setNetworkTimeout(Runnable::run, milliseconds);
    }
}
