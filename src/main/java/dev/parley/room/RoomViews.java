package dev.parley.room;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import javax.sql.DataSource;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import dev.parley.account.UserView;
import dev.parley.account.Users;
import dev.parley.problem.Code;
import dev.parley.problem.Outage;
import dev.parley.problem.Refusal;

/**
 * Rooms as their members see them: with members, newest message and how much is unread. One statement, however many rooms;
 * and one for those people whom this instance has not met for a minute.
 */
@Singleton
public class RoomViews {

    // An array is taken for a short one, so that each room is looked up by its key. Joined to the user's participations,
    // all rooms there are would be read, until there are very many.
    private static final String ROOMS = """
            select r.id, r.name, r.room_type, r.created_by, r.created_at, r.updated_at, r.last_seq, r.version,
                   r.retention_days, r.members_version,
                   (select string_agg(concat_ws(' ', p.user_id, p.role,
                                                (date_part('epoch', p.joined_at) * 1000000)::bigint, p.last_read_seq,
                                                p.joined_seq), ',')
                      from chat_participants p where p.room_id = r.id and p.is_active), %s
              from (values (?)) me(user_id)
              join chat_rooms r on r.is_active and r.id = any(array(
                   select room_id from chat_participants where user_id = me.user_id and is_active%s))
             %s
             order by r.updated_at desc, r.id desc""";
    private static final int COLUMNS = 11;

    private final DataSource database;
    private final Users users;
    private final NewestMessages newest;
    private final String mine;
    private final String one;

    RoomViews(DataSource database, Users users, NewestMessages newest) {
        this.database = database;
        this.users = users;
        this.newest = newest;
        this.mine = ROOMS.formatted(newest.columns(), "", newest.join());
        this.one = ROOMS.formatted(newest.columns(), " and room_id = ?", newest.join());
    }

    /** Newest activity first. */
    public List<RoomView> of(Viewer viewer) {
        return read(viewer, mine, viewer.userId());
    }

    /** One room; to a stranger it does not exist. */
    public RoomView one(Viewer viewer, long roomId) {
        List<RoomView> found = read(viewer, one, viewer.userId(), roomId);
        if (found.isEmpty()) {
            throw new Refusal(Code.ROOM_NOT_FOUND);
        }
        return found.get(0);
    }

    private record Row(RoomView room, long membersVersion, List<Members.Member> members,
            NewestMessages.@Nullable Newest newest) {
    }

    private List<RoomView> read(Viewer viewer, String sql, long... parameters) {
        List<Row> rows = new ArrayList<>();
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setLong(i + 1, parameters[i]);
            }
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    rows.add(row(row));
                }
            }
        } catch (SQLException e) {
            throw Outage.of(e);
        }
        Map<Long, UserView> people = people(rows);
        return rows.stream().map(row -> view(row, people, viewer)).toList();
    }

    private Row row(ResultSet row) throws SQLException {
        RoomView bare = new RoomView(row.getLong(1), row.getString(2), row.getString(3), row.getLong(4),
                row.getObject(5, OffsetDateTime.class).toInstant(), row.getObject(6, OffsetDateTime.class).toInstant(),
                List.of(), row.getLong(7), row.getLong(8), true, row.getObject(9, Integer.class), null, null, null);
        return new Row(bare, row.getLong(10), Members.read(row.getString(COLUMNS)), newest.read(row, COLUMNS));
    }

    private Map<Long, UserView> people(List<Row> rows) {
        Set<Long> ids = new HashSet<>();
        for (Row row : rows) {
            row.members.forEach(member -> ids.add(member.userId()));
            if (row.newest != null) {
                ids.addAll(row.newest.people());
            }
        }
        Map<Long, UserView> views = new HashMap<>();
        users.get(ids).forEach((id, profile) -> views.put(id, users.view(profile)));
        return views;
    }

    private static RoomView view(Row row, Map<Long, UserView> people, Viewer viewer) {
        Map<Long, Long> read = new HashMap<>();
        long mine = 0;
        for (Members.Member member : row.members) {
            read.put(member.userId(), member.reader());
            mine = member.userId() == viewer.userId() ? member.lastRead() : mine;
        }
        return row.room.seenBy(row.members.stream().map(member -> member.view(people.get(member.userId()))).toList(), mine,
                row.newest == null ? null
                        : row.newest.view(Members.roster(row.room, row.membersVersion, row.members), read::get, viewer));
    }
}
