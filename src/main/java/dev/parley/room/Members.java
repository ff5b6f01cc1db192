package dev.parley.room;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.parley.account.UserView;

/** The members of a room as one column of its row. */
final class Members {

    private Members() {
    }

    /** @param joinedSeq the newest message when they came: neither that nor what was before has been read by them */
    record Member(long userId, String role, Instant joinedAt, long lastRead, long joinedSeq) {

        /** How far they have read, 0 as long as that is no farther than where they came in. */
        long reader() {
            return lastRead > joinedSeq ? lastRead : 0;
        }

        RoomView.MemberView view(UserView user) {
            return new RoomView.MemberView(user.id(), user.name(), user.email(), user.avatarUrl(), user.isOnline(),
                    user.lastSeen(), role, joinedAt, lastRead, joinedSeq);
        }
    }

    /**
     * In the order in which they joined.
     *
     * @param column user, role, microseconds since 1970, last_read_seq and joined_seq with spaces between, and commas between
     *        members: JSON takes the database and its reader longer
     */
    static List<Member> read(@Nullable String column) {
        if (column == null) {
            return List.of();
        }
        List<Member> members = new ArrayList<>();
        for (String member : column.split(",")) {
            String[] field = member.split(" ");
            Instant joined = Instant.EPOCH.plus(Long.parseLong(field[2]), ChronoUnit.MICROS);
            members.add(new Member(Long.parseLong(field[0]), field[1], joined, Long.parseLong(field[3]),
                    Long.parseLong(field[4])));
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
