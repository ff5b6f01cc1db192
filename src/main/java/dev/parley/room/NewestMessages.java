package dev.parley.room;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.function.LongUnaryOperator;

import org.jspecify.annotations.Nullable;

/** The newest message of a room, as a part of the statement that reads rooms: what a list of rooms shows as its preview. */
public interface NewestMessages {

    /** What to select of it. */
    String columns();

    /** Joins it to a room {@code r}, for whoever is {@code me.user_id}. */
    String join();

    /**
     * The message in a row, null when the room has none.
     *
     * @param before how many columns come before {@link #columns}
     */
    @Nullable
    Newest read(ResultSet row, int before) throws SQLException;

    /** One of them. */
    interface Newest {

        /** Whose names its view shows. */
        Collection<Long> people();

        /** @param lastRead how far a member has read, 0 when no farther than where they came in */
        Object view(Roster roster, LongUnaryOperator lastRead, Viewer viewer);
    }
}
