package dev.parley.room;

import java.time.Instant;
import java.util.List;

import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.annotation.JsonInclude;

import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * A room as clients see it.
 *
 * @param name null in direct rooms: show the other member; null, too, where {@code isMember} is false
 * @param roomType {@code direct} or {@code group}
 * @param updatedAt when the newest message came; where {@code isMember} is false, {@code createdAt}
 * @param lastSeq how many messages the room has seen, deleted ones included
 * @param version the cursor for catching up
 * @param isMember false only in the {@code room_update} that tells somebody they were removed
 * @param retentionDays after so many days its messages are deleted; null: as the service's own setting says
 * @param lastMessage the newest message; only where somebody looks: null in frames, and when there is none
 * @param unreadCount of the one who looks; not in frames
 * @param lastReadSeq of the one who looks; not in frames
 */
@RegisterForReflection
public record RoomView(long id, @Nullable String name,
        @Schema(enumeration = {
                Room.DIRECT, Room.GROUP }) String roomType,
        long createdBy, Instant createdAt,
        Instant updatedAt, List<MemberView> members, long lastSeq, long version, boolean isMember,
        @Nullable Integer retentionDays, @Schema(ref = "MessageView") @Nullable Object lastMessage,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Long unreadCount,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Long lastReadSeq){

    /**
     * Document 004's user, and the part played in the room.
     *
     * @param joinedSeq the newest message when this member came, 0 from the start: what was there then is not unread to
     *        them, and they are no reader of it
     */
    @RegisterForReflection
    public record MemberView(long id, String name, String email, @Nullable String avatarUrl, boolean isOnline,
            @Nullable Instant lastSeen, @Schema(enumeration = {
                    Participant.MEMBER, Participant.ADMIN }) String role,
            Instant joinedAt, long lastReadSeq, long joinedSeq){
    }

    RoomView seenBy(List<MemberView> people, long lastRead, @Nullable Object message) {
        return new RoomView(id, name, roomType, createdBy, createdAt, updatedAt, people, lastSeq, version, isMember,
                retentionDays, message, lastSeq - lastRead, lastRead);
    }

    /** With the numbers of a change that is not written yet, or of one of several that were. */
    public RoomView at(long seq, long newVersion) {
        return new RoomView(id, name, roomType, createdBy, createdAt, updatedAt, members, seq, newVersion, isMember,
                retentionDays, lastMessage, unreadCount, lastReadSeq);
    }

    /**
     * No members, no numbers, and nothing else that may have changed since: whoever left sees only that they did, however
     * late they are told.
     */
    RoomView forSomebodyWhoLeft() {
        return new RoomView(id, null, roomType, createdBy, createdAt, createdAt, List.of(), 0, version, false, null, null,
                null, null);
    }
}
