package dev.parley.room;

import java.io.IOException;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;

import io.quarkus.jackson.ObjectMapperCustomizer;

/**
 * Writes rooms and their members field by field: whoever signs in reads a list of all of theirs. The same JSON as Jackson
 * makes of the records by itself, looking at each of their fields by reflection.
 */
@Singleton
class RoomJson implements ObjectMapperCustomizer {

    @Override
    public void customize(ObjectMapper mapper) {
        mapper.registerModule(new SimpleModule("rooms").addSerializer(new OfRoom()).addSerializer(new OfMember()));
    }

    private static final class OfRoom extends StdSerializer<RoomView> {

        private static final long serialVersionUID = 1L;

        OfRoom() {
            super(RoomView.class);
        }

        @Override
        public void serialize(RoomView room, JsonGenerator json, SerializerProvider provider) throws IOException {
            json.writeStartObject(room);
            json.writeNumberField("id", room.id());
            json.writeStringField("name", room.name());
            json.writeStringField("room_type", room.roomType());
            json.writeNumberField("created_by", room.createdBy());
            provider.defaultSerializeField("created_at", room.createdAt(), json);
            provider.defaultSerializeField("updated_at", room.updatedAt(), json);
            provider.defaultSerializeField("members", room.members(), json);
            json.writeNumberField("last_seq", room.lastSeq());
            json.writeNumberField("version", room.version());
            json.writeBooleanField("is_member", room.isMember());
            provider.defaultSerializeField("retention_days", room.retentionDays(), json);
            provider.defaultSerializeField("last_message", room.lastMessage(), json);
            unlessNull(json, "unread_count", room.unreadCount());
            unlessNull(json, "last_read_seq", room.lastReadSeq());
            json.writeEndObject();
        }

        private static void unlessNull(JsonGenerator json, String field, @Nullable Long value) throws IOException {
            if (value != null) {
                json.writeNumberField(field, value);
            }
        }
    }

    private static final class OfMember extends StdSerializer<RoomView.MemberView> {

        private static final long serialVersionUID = 1L;

        OfMember() {
            super(RoomView.MemberView.class);
        }

        @Override
        public void serialize(RoomView.MemberView member, JsonGenerator json, SerializerProvider provider)
                throws IOException {
            json.writeStartObject(member);
            json.writeNumberField("id", member.id());
            json.writeStringField("name", member.name());
            json.writeStringField("email", member.email());
            json.writeStringField("avatar_url", member.avatarUrl());
            json.writeBooleanField("is_online", member.isOnline());
            provider.defaultSerializeField("last_seen", member.lastSeen(), json);
            json.writeStringField("role", member.role());
            provider.defaultSerializeField("joined_at", member.joinedAt(), json);
            json.writeNumberField("last_read_seq", member.lastReadSeq());
            json.writeNumberField("joined_seq", member.joinedSeq());
            json.writeEndObject();
        }
    }
}
