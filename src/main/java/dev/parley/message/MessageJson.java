package dev.parley.message;

import java.io.IOException;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;

import dev.parley.account.UserView;
import io.quarkus.jackson.ObjectMapperCustomizer;

/**
 * Writes messages, which are most of what is written, field by field. The same JSON as Jackson makes of the records by
 * itself, looking at each of their fields by reflection.
 */
@Singleton
class MessageJson implements ObjectMapperCustomizer {

    @Override
    public void customize(ObjectMapper mapper) {
        mapper.registerModule(
                new SimpleModule("messages").addSerializer(new OfMessage()).addSerializer(new OfUser()));
    }

    private static final class OfMessage extends StdSerializer<MessageView> {

        private static final long serialVersionUID = 1L;

        OfMessage() {
            super(MessageView.class);
        }

        @Override
        public void serialize(MessageView message, JsonGenerator json, SerializerProvider provider) throws IOException {
            json.writeStartObject(message);
            json.writeNumberField("id", message.id());
            json.writeStringField("content", message.content());
            json.writeStringField("message_type", message.messageType());
            json.writeStringField("local_temp_id", message.localTempId());
            provider.defaultSerializeField("files_data", message.filesData(), json);
            provider.defaultSerializeField("duration", message.duration(), json);
            provider.defaultSerializeField("created_at", message.createdAt(), json);
            json.writeBooleanField("is_read", message.isRead());
            json.writeBooleanField("is_deleted", message.isDeleted());
            unlessNull(json, "is_sender", message.isSender());
            unlessNull(json, "is_liked", message.isLiked());
            json.writeNumberField("like_count", message.likeCount());
            provider.defaultSerializeField("sender_details", message.senderDetails(), json);
            provider.defaultSerializeField("receiver_details", message.receiverDetails(), json);
            json.writeNumberField("room_id", message.roomId());
            json.writeNumberField("seq", message.seq());
            json.writeNumberField("version", message.version());
            provider.defaultSerializeField("edited_at", message.editedAt(), json);
            provider.defaultSerializeField("reply_to", message.replyTo(), json);
            provider.defaultSerializeField("reply_preview", message.replyPreview(), json);
            json.writeBooleanField("pinned", message.pinned());
            json.writeBooleanField("has_media", message.hasMedia());
            json.writeNumberField("read_count", message.readCount());
            json.writeEndObject();
        }

        private static void unlessNull(JsonGenerator json, String field, @Nullable Boolean value) throws IOException {
            if (value != null) {
                json.writeBooleanField(field, value);
            }
        }
    }

    private static final class OfUser extends StdSerializer<UserView> {

        private static final long serialVersionUID = 1L;

        OfUser() {
            super(UserView.class);
        }

        @Override
        public void serialize(UserView user, JsonGenerator json, SerializerProvider provider) throws IOException {
            json.writeStartObject(user);
            json.writeNumberField("id", user.id());
            json.writeStringField("name", user.name());
            json.writeStringField("email", user.email());
            json.writeStringField("avatar_url", user.avatarUrl());
            json.writeBooleanField("is_online", user.isOnline());
            provider.defaultSerializeField("last_seen", user.lastSeen(), json);
            json.writeEndObject();
        }
    }
}
