package dev.parley.room;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.ToLongFunction;

import org.jspecify.annotations.Nullable;

/**
 * Statements that go to the server together and are answered together, one journey for all. The server runs them in order
 * and none after one that fails.
 */
public final class Pipeline {

    /** Sets a statement's parameters, in order. */
    @FunctionalInterface
    public interface Binder {
        void bind(Parameters parameters) throws SQLException;
    }

    /** Takes a statement's rows. */
    @FunctionalInterface
    public interface Reader {
        void read(ResultSet rows) throws SQLException;
    }

    private static final Binder NOTHING = parameters -> {
    };

    private record Step(String sql, Binder binder, @Nullable Reader reader) {
    }

    private final List<Step> steps = new ArrayList<>();

    /** A statement that has rows to read. */
    public void query(String sql, Binder binder, Reader reader) {
        steps.add(new Step(sql, binder, reader));
    }

    /** A statement whose answer does not matter. */
    public void update(String sql, Binder binder) {
        steps.add(new Step(sql, binder, null));
    }

    /**
     * Begins a transaction, on a connection that commits by itself: for one that does not, the driver sends a BEGIN of its
     * own ahead, which the server wakes up for and answers.
     */
    public void begin() {
        update("begin", NOTHING);
    }

    public void commit() {
        update("commit", NOTHING);
    }

    /** Sends what was added and reads the answers. */
    public void run(Connection connection) throws SQLException {
        StringJoiner sql = new StringJoiner(";\n");
        for (Step step : steps) {
            sql.add(step.sql);
        }
        try (PreparedStatement statement = connection.prepareStatement(sql.toString())) {
            Parameters parameters = new Parameters(statement);
            for (Step step : steps) {
                step.binder.bind(parameters);
            }
            statement.execute();
            for (Step step : steps) {
                if (step.reader != null) {
                    try (ResultSet rows = statement.getResultSet()) {
                        step.reader.read(rows);
                    }
                }
                statement.getMoreResults();
            }
        }
    }

    /** The parameters of all statements, one after the other. */
    public static final class Parameters {

        private final PreparedStatement statement;
        private int index;

        private Parameters(PreparedStatement statement) {
            this.statement = statement;
        }

        public Parameters object(@Nullable Object value) throws SQLException {
            statement.setObject(++index, value);
            return this;
        }

        public Parameters time(Instant value) throws SQLException {
            return object(value.atOffset(ZoneOffset.UTC));
        }

        /** @param type PostgreSQL's, of an element */
        public Parameters array(String type, Object[] values) throws SQLException {
            statement.setArray(++index, statement.getConnection().createArrayOf(type, values));
            return this;
        }

        /** One column of some rows, {@code bigint}: without an object a number. */
        public <R> Parameters longs(Collection<R> rows, ToLongFunction<R> value) throws SQLException {
            long[] values = new long[rows.size()];
            int i = 0;
            for (R row : rows) {
                values[i++] = value.applyAsLong(row);
            }
            return object(values);
        }

        /** One column of some rows, {@code timestamptz}. */
        public <R> Parameters times(Collection<R> rows, Function<R, @Nullable Instant> value) throws SQLException {
            return column("timestamptz", String[]::new, rows, row -> {
                Instant time = value.apply(row);
                return time == null ? null : time.toString();
            });
        }

        /** One column of some rows. */
        public <R, T> Parameters column(String type, IntFunction<T[]> make, Collection<R> rows,
                Function<R, @Nullable T> value) throws SQLException {
            T[] values = make.apply(rows.size());
            int i = 0;
            for (R row : rows) {
                values[i++] = value.apply(row);
            }
            return array(type, values);
        }
    }
}
