package dev.parley.room;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
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
     * @param column arrays of user, role, time and last_read_seq
     */
    List<Member> read(@Nullable String column) {
        if (column == null) {
            return List.of();
        }
        try {
            List<Member> members = new ArrayList<>();
            for (JsonNode member : json.readTree(column)) {
                members.add(new Member(member.get(0).longValue(), member.get(1).textValue(),
                        OffsetDateTime.parse(member.get(2).textValue()).toInstant(), member.get(3).longValue()));
            }
            members.sort(Comparator.comparing(Member::joinedAt).thenComparingLong(Member::userId));
            return members;
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The database's JSON cannot be read", e);
        }
    }

    static Roster roster(RoomView room, long version, List<Member> members) {
        return new Roster(room.id(), room.roomType(), version,
                members.stream().mapToLong(Member::userId).sorted().toArray(),
                members.stream().filter(member -> member.role.equals(Participant.ADMIN)).mapToLong(Member::userId).sorted()
                        .toArray());
    }
}
