package dev.parley.room;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;

/**
 * Tells that a batch was committed which leaves no rows of its own: that its rooms have the versions it gave them proves
 * nothing, since another instance goes on with the same numbers when it was not.
 */
final class CommitMark implements Bulk {

    private static final String MARK = """
            insert into writer_commits (instance_id, batch, committed_at) values (?, ?, now())
                on conflict (instance_id) do update set batch = excluded.batch, committed_at = excluded.committed_at""";
    // Not waited for: a mark that is held may be this instance's own, by the very connection that broke.
    private static final String SWEEP = """
            delete from writer_commits where instance_id in (select instance_id from writer_commits
             where committed_at < now() - interval '1 day' for update skip locked)""";

    private final UUID instance;
    private final UUID batch = UUID.randomUUID();

    CommitMark(UUID instance) {
        this.instance = instance;
    }

    /** Forgets the marks of instances that are gone. */
    static void sweep(Statement statement) throws SQLException {
        statement.execute(SWEEP);
    }

    @Override
    public void write(Pipeline pipeline) {
        pipeline.update(MARK, parameters -> parameters.object(instance).object(batch));
    }

    @Override
    public boolean tells() {
        return true;
    }

    @Override
    public boolean landed(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection
                .prepareStatement("select from writer_commits where instance_id = ? and batch = ?")) {
            statement.setObject(1, instance);
            statement.setObject(2, batch);
            try (ResultSet row = statement.executeQuery()) {
                return row.next();
            }
        }
    }
}
