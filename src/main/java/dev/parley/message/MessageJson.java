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
import dev.parley.problem.Field;
import io.quarkus.jackson.ObjectMapperCustomizer;

/**
 * Writes messages, which are most of what is written, field by field. The same JSON as Jackson makes of the records by
 * itself, looking at each of their fields by reflection.
 */
@Singleton
class MessageJson implements ObjectMapperCustomizer {

    private static final Field ID = new Field("id");
    private static final Field CONTENT = new Field("content");
    private static final Field MESSAGE_TYPE = new Field("message_type");
    private static final Field LOCAL_TEMP_ID = new Field("local_temp_id");
    private static final Field FILES_DATA = new Field("files_data");
    private static final Field DURATION = new Field("duration");
    private static final Field CREATED_AT = new Field("created_at");
    private static final Field IS_READ = new Field("is_read");
    private static final Field IS_DELETED = new Field("is_deleted");
    private static final Field IS_SENDER = new Field("is_sender");
    private static final Field IS_LIKED = new Field("is_liked");
    private static final Field LIKE_COUNT = new Field("like_count");
    private static final Field SENDER_DETAILS = new Field("sender_details");
    private static final Field RECEIVER_DETAILS = new Field("receiver_details");
    private static final Field ROOM_ID = new Field("room_id");
    private static final Field SEQ = new Field("seq");
    private static final Field VERSION = new Field("version");
    private static final Field EDITED_AT = new Field("edited_at");
    private static final Field REPLY_TO = new Field("reply_to");
    private static final Field REPLY_PREVIEW = new Field("reply_preview");
    private static final Field PINNED = new Field("pinned");
    private static final Field HAS_MEDIA = new Field("has_media");
    private static final Field READ_COUNT = new Field("read_count");
    private static final Field NAME = new Field("name");
    private static final Field EMAIL = new Field("email");
    private static final Field AVATAR_URL = new Field("avatar_url");
    private static final Field IS_ONLINE = new Field("is_online");
    private static final Field LAST_SEEN = new Field("last_seen");

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
            ID.number(json, message.id());
            CONTENT.text(json, message.content());
            MESSAGE_TYPE.text(json, message.messageType());
            LOCAL_TEMP_ID.text(json, message.localTempId());
            FILES_DATA.value(json, message.filesData(), provider);
            DURATION.value(json, message.duration(), provider);
            CREATED_AT.value(json, message.createdAt(), provider);
            IS_READ.flag(json, message.isRead());
            IS_DELETED.flag(json, message.isDeleted());
            unlessNull(json, IS_SENDER, message.isSender());
            unlessNull(json, IS_LIKED, message.isLiked());
            LIKE_COUNT.number(json, message.likeCount());
            SENDER_DETAILS.value(json, message.senderDetails(), provider);
            RECEIVER_DETAILS.value(json, message.receiverDetails(), provider);
            ROOM_ID.number(json, message.roomId());
            SEQ.number(json, message.seq());
            VERSION.number(json, message.version());
            EDITED_AT.value(json, message.editedAt(), provider);
            REPLY_TO.value(json, message.replyTo(), provider);
            REPLY_PREVIEW.value(json, message.replyPreview(), provider);
            PINNED.flag(json, message.pinned());
            HAS_MEDIA.flag(json, message.hasMedia());
            READ_COUNT.number(json, message.readCount());
            json.writeEndObject();
        }

        private static void unlessNull(JsonGenerator json, Field field, @Nullable Boolean value) throws IOException {
            if (value != null) {
                field.flag(json, value);
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
            ID.number(json, user.id());
            NAME.text(json, user.name());
            EMAIL.text(json, user.email());
            AVATAR_URL.text(json, user.avatarUrl());
            IS_ONLINE.flag(json, user.isOnline());
            LAST_SEEN.value(json, user.lastSeen(), provider);
            json.writeEndObject();
        }
    }
}
