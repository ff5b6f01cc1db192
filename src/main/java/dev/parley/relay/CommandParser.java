package dev.parley.relay;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import dev.parley.message.Draft;
import dev.parley.problem.Code;
import dev.parley.problem.Refusal;

/**
 * Reads a client's frame once, token by token: no tree, and no copy of a file's base64, which stays where it is in the
 * frame's text until it is decoded.
 */
final class CommandParser {

    private static final JsonFactory JSON = new JsonFactory();
    private static final int MOST_FILES = 10;
    /** Characters: an event loop has other sockets to serve. */
    private static final int LONGEST_TO_SEARCH = 64 * 1024;
    private static final int MOST_NAME = 1000;
    private static final long MOST_ID = 1L << 53;

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
    private static @Nullable String label(String text) {
        if (text.length() > LONGEST_TO_SEARCH) {
            return null;
        }
        try (JsonParser json = JSON.createParser(text)) {
            while (json.nextToken() != null) {
                boolean inData = json.getParsingContext().pathAsPointer().toString().equals("/data/local_temp_id");
                if (inData && (json.currentToken() == JsonToken.VALUE_STRING || json.currentToken().isNumeric())) {
                    return checkedLabel(json.getText());
                }
            }
        } catch (IOException | Refusal e) {
            // As good as none.
        }
        return null;
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
        try (JsonParser json = JSON.createParser(text)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw bad("A frame is an object {type, data}");
            }
            while (json.nextToken() != JsonToken.END_OBJECT) {
                String field = json.currentName();
                JsonToken value = json.nextToken();
                if (field.equals("type")) {
                    if (value != JsonToken.VALUE_STRING) {
                        throw bad("type must be a string");
                    }
                    type = json.getText();
                } else if (field.equals("data") && value == JsonToken.START_OBJECT) {
                    data(json);
                } else if (field.equals("data") && value != JsonToken.VALUE_NULL) {
                    throw bad("data must be an object");
                } else {
                    json.skipChildren();
                }
            }
            if (json.nextToken() != null) {
                throw bad("A frame is one object");
            }
        }
        return command(type);
    }

    private Command command(@Nullable String type) {
        if (type == null) {
            throw bad("type is missing");
        }
        return switch (type) {
            case "send_message" -> new Command.Send(roomId, receiverId, content == null ? "" : content, messageType, replyTo,
                    localTempId, idempotencyKey, attachmentIds, files);
            case "typing" -> new Command.Typing(require(roomId, "room_id"), isTyping == null || isTyping);
            case "mark_read" -> new Command.Read(require(roomId, "room_id"), seq);
            case "join_room" -> new Command.Join(require(roomId, "room_id"), since);
            case "leave_room" -> new Command.Leave();
            case "ping" -> new Command.Ping();
            default -> throw new Refusal(Code.UNKNOWN_FRAME);
        };
    }

    private void data(JsonParser json) throws IOException {
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String field = json.currentName();
            JsonToken value = json.nextToken();
            switch (field) {
                case "room_id" -> roomId = number(json, value, field);
                case "receiver_id" -> receiverId = number(json, value, field);
                case "seq" -> seq = number(json, value, field);
                case "since" -> since = number(json, value, field);
                case "reply_to" -> replyTo = number(json, value, field);
                case "content" -> content = string(json, value, field);
                case "message_type" -> messageType = string(json, value, field);
                case "local_temp_id" ->
                    localTempId = checkedLabel(value.isNumeric() ? json.getText() : string(json, value, field));
                case "idempotency_key" -> idempotencyKey = string(json, value, field);
                case "is_typing" -> isTyping = bool(value, field);
                case "attachment_ids" -> attachments(json, value);
                case "files_data" -> files(json, value);
                default -> json.skipChildren();
            }
        }
    }

    private void attachments(JsonParser json, JsonToken value) throws IOException {
        if (value == JsonToken.VALUE_NULL) {
            return;
        }
        requireArray(value, "attachment_ids");
        while (json.nextToken() != JsonToken.END_ARRAY) {
            String id = string(json, json.currentToken(), "attachment_ids");
            try {
                attachmentIds.add(UUID.fromString(String.valueOf(id)));
            } catch (IllegalArgumentException e) {
                throw new Refusal(Code.FILE_NOT_FOUND);
            }
            if (attachmentIds.size() > MOST_FILES) {
                throw new Refusal(Code.TOO_MANY_FILES);
            }
        }
    }

    private void files(JsonParser json, JsonToken value) throws IOException {
        if (value == JsonToken.VALUE_NULL) {
            return;
        }
        requireArray(value, "files_data");
        JsonToken next;
        while ((next = json.nextToken()) != JsonToken.END_ARRAY) {
            if (next != JsonToken.START_OBJECT) {
                throw bad("files_data is an array of objects");
            }
            files.add(file(json));
            if (files.size() > MOST_FILES) {
                throw new Refusal(Code.TOO_MANY_FILES);
            }
        }
    }

    private Command.InlineFile file(JsonParser json) throws IOException {
        CharSequence base64 = null;
        String name = null;
        Double duration = null;
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String field = json.currentName();
            JsonToken value = json.nextToken();
            switch (field) {
                case "file_data" -> {
                    if (value != JsonToken.VALUE_STRING) {
                        throw bad("file_data must be a string");
                    }
                    base64 = slice(json);
                }
                case "file_name" -> name = string(json, value, field);
                case "duration" -> {
                    // Never a reason to refuse a file.
                    duration = value.isNumeric() ? (Double) json.getDoubleValue() : null;
                    json.skipChildren();
                }
                default -> json.skipChildren();
            }
        }
        if (base64 == null) {
            throw bad("file_data is missing");
        }
        String shown = name == null || name.isEmpty() ? "file" : name;
        return new Command.InlineFile(base64, shown.length() > MOST_NAME ? shown.substring(0, MOST_NAME) : shown, duration);
    }

    /** The characters between the quotes, uncopied; base64 has no quotes, and its escaped slashes stay as they are. */
    private CharSequence slice(JsonParser json) {
        int start = (int) json.currentTokenLocation().getCharOffset() + 1;
        int end = text.indexOf('"', start);
        return java.nio.CharBuffer.wrap(text, start, end);
    }

    private static @Nullable Long number(JsonParser json, JsonToken value, String field) throws IOException {
        if (value == JsonToken.VALUE_NULL) {
            return null;
        }
        try {
            long number = value == JsonToken.VALUE_NUMBER_INT ? json.getLongValue()
                    : value == JsonToken.VALUE_STRING ? Long.parseLong(json.getText()) : -1;
            if (number >= 0 && number <= MOST_ID) {
                return number;
            }
        } catch (NumberFormatException | com.fasterxml.jackson.core.exc.InputCoercionException e) {
            // Falls through: a number we cannot hold is as wrong as a word.
        }
        throw bad(field + " must be a whole number from 0 to 2^53");
    }

    private static @Nullable String string(JsonParser json, JsonToken value, String field) throws IOException {
        if (value == JsonToken.VALUE_NULL) {
            return null;
        }
        if (value != JsonToken.VALUE_STRING) {
            throw bad(field + " must be a string");
        }
        return json.getText();
    }

    /** Checked before it is kept, since an error frame echoes it. */
    private static @Nullable String checkedLabel(@Nullable String label) {
        Draft.checkLabel(label, "local_temp_id");
        return label;
    }

    private static Boolean bool(JsonToken value, String field) {
        if (value != JsonToken.VALUE_TRUE && value != JsonToken.VALUE_FALSE) {
            throw bad(field + " must be true or false");
        }
        return value == JsonToken.VALUE_TRUE;
    }

    private static void requireArray(JsonToken value, String field) {
        if (value != JsonToken.START_ARRAY) {
            throw bad(field + " must be an array");
        }
    }

    private static long require(@Nullable Long value, String field) {
        if (value == null) {
            throw bad(field + " is missing");
        }
        return value;
    }

    private static Refusal bad(String detail) {
        return new Refusal(Code.BAD_REQUEST, detail);
    }
}
