package dev.parley.room;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.parley.account.UserView;

/** The members of a room as one column of its row. */
@Singleton
class Members {

    private final ObjectMapper json;

    Members(ObjectMapper json) {
        this.json = json;
    }

    record Member(long userId, String role, Instant joinedAt, long lastRead) {

        RoomView.MemberView view(UserView user) {
            return new RoomView.MemberView(user.id(), user.name(), user.email(), user.avatarUrl(), user.isOnline(),
                    user.lastSeen(), role, joinedAt, lastRead);
        }
    }

    /**
     * In the order in which they joined.
     *
     * @param column arrays of user, role, microseconds since 1970 and last_read_seq
     */
    List<Member> read(@Nullable String column) {
        if (column == null) {
            return List.of();
        }
        List<Member> members = new ArrayList<>();
        try (JsonParser rows = json.createParser(column)) {
            rows.nextToken();
            while (rows.nextToken() == JsonToken.START_ARRAY) {
                long user = rows.nextLongValue(0);
                String role = rows.nextTextValue();
                Instant joined = Instant.EPOCH.plus(rows.nextLongValue(0), ChronoUnit.MICROS);
                members.add(new Member(user, role, joined, rows.nextLongValue(0)));
                rows.nextToken();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The database's JSON cannot be read", e);
        }
        members.sort(Comparator.comparing(Member::joinedAt).thenComparingLong(Member::userId));
        return members;
    }

    static Roster roster(RoomView room, long version, List<Member> members) {
        return new Roster(room.id(), room.roomType(), version,
                members.stream().mapToLong(Member::userId).sorted().toArray(),
                members.stream().filter(member -> member.role.equals(Participant.ADMIN)).mapToLong(Member::userId).sorted()
                        .toArray());
    }
}
