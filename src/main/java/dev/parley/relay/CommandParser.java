package dev.parley.relay;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import dev.parley.attachment.Uploads;
import dev.parley.message.Draft;
import dev.parley.problem.Code;
import dev.parley.problem.Input;
import dev.parley.problem.Refusal;

/** Reads a client's frame once. */
final class CommandParser {

    /** Characters: an event loop has other sockets to serve. */
    private static final int LONGEST_TO_SEARCH = 64 * 1024;

    private final String text;
    private @Nullable Long roomId;
    private @Nullable Long receiverId;
    private @Nullable Long seq;
    private @Nullable Long since;
    private @Nullable Long replyTo;
    private @Nullable String content;
    private @Nullable String messageType;
    private @Nullable String localTempId;
    private @Nullable String idempotencyKey;
    private @Nullable Boolean isTyping;
    private final List<UUID> attachmentIds = new ArrayList<>(0);
    private final List<Command.InlineFile> files = new ArrayList<>(0);

    private CommandParser(String text) {
        this.text = text;
    }

    /**
     * @throws Bad with the sender's label where the frame got far enough to have one
     */
    static Command parse(String text) {
        CommandParser parser = new CommandParser(text);
        try {
            return parser.read();
        } catch (IOException e) {
            throw new Bad(new Refusal(Code.BAD_REQUEST, "The frame is not valid JSON"), parser.localTempId);
        } catch (Refusal e) {
            throw new Bad(e, parser.localTempId != null ? parser.localTempId : label(text));
        }
    }

    /** The label of a frame that was refused before it came to it; of a long one it is not looked for. */
    static @Nullable String label(String text) {
        if (text.length() > LONGEST_TO_SEARCH) {
            return null;
        }
        try (FieldReader fields = new FieldReader(text)) {
            JsonParser json = fields.json;
            boolean found = json.nextToken() == JsonToken.START_OBJECT && find(json, "data")
                    && json.currentToken() == JsonToken.START_OBJECT && find(json, "local_temp_id")
                    && (json.currentToken() == JsonToken.VALUE_STRING || json.currentToken().isNumeric());
            return found ? fields.label("local_temp_id") : null;
        } catch (IOException | Refusal e) {
            // As good as none.
            return null;
        }
    }

    /** Goes on to the value of a field of the object that has begun. Steps over all else, however deep it is. */
    private static boolean find(JsonParser json, String field) throws IOException {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            boolean found = json.currentName().equals(field);
            json.nextToken();
            if (found) {
                return true;
            }
            json.skipChildren();
        }
        return false;
    }

    /** A frame that cannot be obeyed. */
    static final class Bad extends RuntimeException {

        private static final long serialVersionUID = 1L;

        final transient Refusal refusal;
        final transient @Nullable String localTempId;

        Bad(Refusal refusal, @Nullable String localTempId) {
            super(refusal.getMessage(), null, false, false);
            this.refusal = refusal;
            this.localTempId = localTempId;
        }
    }

    private Command read() throws IOException {
        String type = null;
        try (FieldReader fields = new FieldReader(text)) {
            JsonParser json = fields.json;
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw FieldReader.bad("A frame is an object {type, data}");
            }
            while (json.nextToken() != JsonToken.END_OBJECT) {
                String field = json.currentName();
                JsonToken value = json.nextToken();
                if (field.equals("type")) {
                    if (value != JsonToken.VALUE_STRING) {
                        throw FieldReader.bad("type must be a string");
                    }
                    type = json.getText();
                } else if (field.equals("data") && value == JsonToken.START_OBJECT) {
                    data(fields);
                } else if (field.equals("data") && value != JsonToken.VALUE_NULL) {
                    throw FieldReader.bad("data must be an object");
                } else {
                    json.skipChildren();
                }
            }
            if (json.nextToken() != null) {
                throw FieldReader.bad("A frame is one object");
            }
        }
        return command(type);
    }

    private Command command(@Nullable String type) {
        if (type == null) {
            throw FieldReader.bad("type is missing");
        }
        return switch (type) {
            case "send_message" -> new Command.Send(roomId, receiverId, content == null ? "" : content, messageType, replyTo,
                    localTempId, idempotencyKey, attachmentIds, files);
            case "typing" -> new Command.Typing(FieldReader.require(roomId, "room_id"), isTyping == null || isTyping);
            case "mark_read" -> new Command.Read(FieldReader.require(roomId, "room_id"), seq);
            case "join_room" -> new Command.Join(FieldReader.require(roomId, "room_id"), since);
            case "leave_room" -> new Command.Leave();
            case "ping" -> new Command.Ping();
            default -> throw new Refusal(Code.UNKNOWN_FRAME);
        };
    }

    private void data(FieldReader fields) throws IOException {
        JsonParser json = fields.json;
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String field = json.currentName();
            JsonToken value = json.nextToken();
            switch (field) {
                case "room_id" -> roomId = fields.number(field);
                case "receiver_id" -> receiverId = fields.number(field);
                case "seq" -> seq = fields.number(field);
                case "since" -> since = fields.number(field);
                case "reply_to" -> replyTo = fields.number(field);
                case "content" -> content = fields.string(field);
                case "message_type" -> messageType = fields.string(field);
                case "local_temp_id" -> localTempId = fields.label(field);
                case "idempotency_key" -> idempotencyKey = fields.string(field);
                case "is_typing" -> isTyping = fields.bool(field);
                case "attachment_ids" -> attachments(fields, value);
                case "files_data" -> files(fields, value);
                default -> json.skipChildren();
            }
        }
    }

    private void attachments(FieldReader fields, JsonToken value) throws IOException {
        if (value == JsonToken.VALUE_NULL) {
            return;
        }
        requireArray(value, "attachment_ids");
        while (fields.json.nextToken() != JsonToken.END_ARRAY) {
            attachmentIds.add(Input.uuid(fields.string("attachment_ids"), Code.FILE_NOT_FOUND));
            if (attachmentIds.size() > Draft.MOST_FILES) {
                throw new Refusal(Code.TOO_MANY_FILES);
            }
        }
    }

    private void files(FieldReader fields, JsonToken value) throws IOException {
        if (value == JsonToken.VALUE_NULL) {
            return;
        }
        requireArray(value, "files_data");
        JsonToken next;
        while ((next = fields.json.nextToken()) != JsonToken.END_ARRAY) {
            if (next != JsonToken.START_OBJECT) {
                throw FieldReader.bad("files_data is an array of objects");
            }
            files.add(file(fields));
            if (files.size() > Draft.MOST_FILES) {
                throw new Refusal(Code.TOO_MANY_FILES);
            }
        }
    }

    private static Command.InlineFile file(FieldReader fields) throws IOException {
        JsonParser json = fields.json;
        InputStream bytes = null;
        String name = null;
        Double duration = null;
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String field = json.currentName();
            JsonToken value = json.nextToken();
            switch (field) {
                case "file_data" -> bytes = fields.base64(field);
                case "file_name" -> name = fields.string(field);
                case "duration" -> {
                    // Never a reason to refuse a file.
                    duration = value.isScalarValue() ? Uploads.claimed(json.getText()) : null;
                    json.skipChildren();
                }
                default -> json.skipChildren();
            }
        }
        return new Command.InlineFile(FieldReader.require(bytes, "file_data"), name == null || name.isEmpty() ? "file" : name,
                duration);
    }

    private static void requireArray(JsonToken value, String field) {
        if (value != JsonToken.START_ARRAY) {
            throw FieldReader.bad(field + " must be an array");
        }
    }
}
