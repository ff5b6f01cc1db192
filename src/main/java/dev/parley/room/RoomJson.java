package dev.parley.room;

import java.io.IOException;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.databind.util.NameTransformer;

import dev.parley.problem.Field;
import io.quarkus.jackson.ObjectMapperCustomizer;

/**
 * Writes rooms and their members field by field: whoever signs in reads a list of all of theirs. The same JSON as Jackson
 * makes of the records by itself, looking at each of their fields by reflection.
 */
@Singleton
class RoomJson implements ObjectMapperCustomizer {

    private static final Field ID = new Field("id");
    private static final Field NAME = new Field("name");
    private static final Field ROOM_TYPE = new Field("room_type");
    private static final Field CREATED_BY = new Field("created_by");
    private static final Field CREATED_AT = new Field("created_at");
    private static final Field UPDATED_AT = new Field("updated_at");
    private static final Field MEMBERS = new Field("members");
    private static final Field LAST_SEQ = new Field("last_seq");
    private static final Field VERSION = new Field("version");
    private static final Field IS_MEMBER = new Field("is_member");
    private static final Field RETENTION_DAYS = new Field("retention_days");
    private static final Field LAST_MESSAGE = new Field("last_message");
    private static final Field UNREAD_COUNT = new Field("unread_count");
    private static final Field LAST_READ_SEQ = new Field("last_read_seq");
    private static final Field EMAIL = new Field("email");
    private static final Field AVATAR_URL = new Field("avatar_url");
    private static final Field IS_ONLINE = new Field("is_online");
    private static final Field LAST_SEEN = new Field("last_seen");
    private static final Field ROLE = new Field("role");
    private static final Field JOINED_AT = new Field("joined_at");
    private static final Field JOINED_SEQ = new Field("joined_seq");

    @Override
    public void customize(ObjectMapper mapper) {
        mapper.registerModule(new SimpleModule("rooms").addSerializer(new OfRoom(false)).addSerializer(new OfMember()));
    }

    private static final class OfRoom extends StdSerializer<RoomView> {

        private static final long serialVersionUID = 1L;

        /** Among the fields of something else. */
        private final boolean unwrapped;

        OfRoom(boolean unwrapped) {
            super(RoomView.class);
            this.unwrapped = unwrapped;
        }

        @Override
        public JsonSerializer<RoomView> unwrappingSerializer(NameTransformer names) {
            return new OfRoom(true);
        }

        @Override
        public boolean isUnwrappingSerializer() {
            return unwrapped;
        }

        @Override
        public void serialize(RoomView room, JsonGenerator json, SerializerProvider provider) throws IOException {
            if (unwrapped) {
                fields(room, json, provider);
            } else {
                json.writeStartObject(room);
                fields(room, json, provider);
                json.writeEndObject();
            }
        }

        private static void fields(RoomView room, JsonGenerator json, SerializerProvider provider) throws IOException {
            ID.number(json, room.id());
            NAME.text(json, room.name());
            ROOM_TYPE.text(json, room.roomType());
            CREATED_BY.number(json, room.createdBy());
            CREATED_AT.value(json, room.createdAt(), provider);
            UPDATED_AT.value(json, room.updatedAt(), provider);
            MEMBERS.value(json, room.members(), provider);
            LAST_SEQ.number(json, room.lastSeq());
            VERSION.number(json, room.version());
            IS_MEMBER.flag(json, room.isMember());
            RETENTION_DAYS.value(json, room.retentionDays(), provider);
            LAST_MESSAGE.value(json, room.lastMessage(), provider);
            unlessNull(json, UNREAD_COUNT, room.unreadCount());
            unlessNull(json, LAST_READ_SEQ, room.lastReadSeq());
        }

        private static void unlessNull(JsonGenerator json, Field field, @Nullable Long value) throws IOException {
            if (value != null) {
                field.number(json, value);
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
            ID.number(json, member.id());
            NAME.text(json, member.name());
            EMAIL.text(json, member.email());
            AVATAR_URL.text(json, member.avatarUrl());
            IS_ONLINE.flag(json, member.isOnline());
            LAST_SEEN.value(json, member.lastSeen(), provider);
            ROLE.text(json, member.role());
            JOINED_AT.value(json, member.joinedAt(), provider);
            LAST_READ_SEQ.number(json, member.lastReadSeq());
            JOINED_SEQ.number(json, member.joinedSeq());
            json.writeEndObject();
        }
    }
}
