package dev.parley.room;

import java.sql.Connection;
import java.sql.SQLException;

/** Statements that serve a whole batch: one read before its changes are applied, one write after. */
public interface Bulk {

    /** Reads for all changes of the batch, with their rooms locked. */
    default void read(Pipeline pipeline) {
    }

    /** Writes for all changes of the batch, before the commit. */
    default void write(Pipeline pipeline) {
    }

    /** Whether the rows that it writes tell, by being there, that the batch was committed. */
    default boolean tells() {
        return false;
    }

    /** Whether they are there; asked only of those that tell, and only when a connection died during the COMMIT. */
    default boolean landed(Connection connection) throws SQLException {
        throw new UnsupportedOperationException();
    }
}
