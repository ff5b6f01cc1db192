package dev.parley.problem;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

/**
 * Statements that only bind and run. Values are bound by their place; an array of {@link Long} or {@link String} is one of
 * {@code bigint} or {@code text}. On a connection of their own they throw what {@link Outage#of} makes of a failure.
 */
public final class Rows {

    /** Reads the row that the answer stands at. */
    @FunctionalInterface
    public interface Reader<T> {
        T read(ResultSet row) throws SQLException;
    }

    private Rows() {
    }

    /** All rows of the answer. */
    public static <T> List<T> ask(DataSource database, String sql, Reader<T> reader, @Nullable Object... values) {
        try (Connection connection = database.getConnection()) {
            return ask(connection, sql, reader, values);
        } catch (SQLException e) {
            throw Outage.of(e);
        }
    }

    public static <T> List<T> ask(Connection connection, String sql, Reader<T> reader, @Nullable Object... values)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, values);
            try (ResultSet row = statement.executeQuery()) {
                List<T> answers = new ArrayList<>();
                while (row.next()) {
                    answers.add(reader.read(row));
                }
                return answers;
            }
        }
    }

    /** How many rows were changed. */
    public static int change(DataSource database, String sql, @Nullable Object... values) {
        try (Connection connection = database.getConnection()) {
            return change(connection, sql, values);
        } catch (SQLException e) {
            throw Outage.of(e);
        }
    }

    public static int change(Connection connection, String sql, @Nullable Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, values);
            return statement.executeUpdate();
        }
    }

    private static void bind(PreparedStatement statement, @Nullable Object... values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            switch (values[i]) {
                case String[] texts ->
                    statement.setArray(i + 1, statement.getConnection().createArrayOf("text", texts));
                case Long[] numbers ->
                    statement.setArray(i + 1, statement.getConnection().createArrayOf("bigint", numbers));
                case null, default -> statement.setObject(i + 1, values[i]);
            }
        }
    }
}
