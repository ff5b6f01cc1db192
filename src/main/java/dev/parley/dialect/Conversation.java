package dev.parley.dialect;

import java.time.Instant;
import java.util.List;

import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

import dev.parley.attachment.FileView;
import dev.parley.message.MessageType;
import dev.parley.message.MessageView;
import dev.parley.room.Room;
import dev.parley.room.RoomView;
import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * A room as document 002 shows it.
 *
 * @param otherUser whom to show: the other of the two, or a group under its name, which document 002 does not know
 * @param lastMessage the start of the newest message, with 📷 for an image and 📎 for any other file; null when there is none
 * @param updatedAt when the newest message came
 */
@RegisterForReflection
record Conversation(long id, OtherUser otherUser, @Nullable String lastMessage, long unreadCount, Instant updatedAt,
        @Schema(enumeration = {
                Room.DIRECT, Room.GROUP }) String roomType){

    private static final int PREVIEW = 100;

    /** @param id null for a group */
    @RegisterForReflection
    record OtherUser(@Nullable Long id, @Nullable String name, @Nullable String email, @Nullable String avatarUrl,
            boolean isOnline, @Nullable Instant lastSeen) {
    }

    static Conversation of(RoomView room, long userId) {
        return new Conversation(room.id(), other(room, userId), preview((MessageView) room.lastMessage()),
                room.unreadCount() == null ? 0 : room.unreadCount(), room.updatedAt(), room.roomType());
    }

    private static OtherUser other(RoomView room, long userId) {
        return room.members().stream().filter(member -> room.roomType().equals(Room.DIRECT) && member.id() != userId)
                .findFirst()
                .map(member -> new OtherUser(member.id(), member.name(), member.email(), member.avatarUrl(),
                        member.isOnline(), member.lastSeen()))
                .orElseGet(() -> new OtherUser(null, room.name(), null, null, false, null));
    }

    private static @Nullable String preview(@Nullable MessageView message) {
        if (message == null) {
            return null;
        }
        if (message.isDeleted()) {
            return "Message deleted";
        }
        List<FileView> files = message.filesData();
        if (files == null) {
            return start(message.content());
        }
        boolean image = message.messageType().equals(MessageType.IMAGE.id());
        String what = !message.content().isBlank() ? message.content() : image ? "Image" : files.get(0).fileName();
        return (image ? "📷 " : "📎 ") + start(what);
    }

    private static String start(String text) {
        return text.codePointCount(0, text.length()) <= PREVIEW ? text
                : text.substring(0, text.offsetByCodePoints(0, PREVIEW)) + "…";
    }
}
