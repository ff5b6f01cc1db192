package dev.parley.socketio;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import dev.parley.problem.Code;
import dev.parley.problem.Input;
import dev.parley.problem.Refusal;
import dev.parley.relay.Command;
import dev.parley.relay.FieldReader;

/** Reads an event: {@code [name, argument]}, the argument an object or the conversation's id alone. */
final class EventReader {

    private final String text;
    private final List<InputStream> attachments;
    private @Nullable Long conversationId;
    private @Nullable Long replyTo;
    private @Nullable Long seq;
    private @Nullable String content;
    private @Nullable String type;
    private @Nullable String fileName;
    private @Nullable InputStream file;
    private @Nullable String localTempId;
    private @Nullable String idempotencyKey;
    private boolean isTyping = true;

    /** @param attachments what the event's placeholders stand for */
    EventReader(String text, List<InputStream> attachments) {
        this.text = text;
        this.attachments = attachments;
    }

    /** The sender's own label, as far as the event was read. */
    @Nullable
    String localTempId() {
        return localTempId;
    }

    /** @throws Refusal when it cannot be obeyed */
    Incoming read() {
        String name;
        try (FieldReader fields = new FieldReader(text)) {
            JsonParser json = fields.json;
            if (json.nextToken() != JsonToken.START_ARRAY || json.nextToken() != JsonToken.VALUE_STRING) {
                throw FieldReader.bad("An event is an array that begins with its name");
            }
            name = json.getText();
            JsonToken argument = json.nextToken();
            if (argument == JsonToken.START_OBJECT) {
                fields(fields);
            } else if (argument != JsonToken.END_ARRAY) {
                conversationId = id(fields, "conversation_id", Code.ROOM_NOT_FOUND);
            }
            while (json.nextToken() != null) {
                // The rest of the array must be JSON, and means nothing here.
            }
        } catch (IOException e) {
            throw FieldReader.bad("The event is not valid JSON");
        }
        return event(name);
    }

    private Incoming event(String name) {
        return switch (name) {
            case "send_message" -> new Incoming.Send(message(), conversation());
            case "join_conversation" -> new Incoming.Join(conversation());
            case "leave_conversation" -> new Incoming.Leave(conversation());
            case "typing" -> new Incoming.Typing(conversation(), isTyping);
            case "mark_read" -> new Incoming.Read(conversation(), seq);
            default -> throw new Refusal(Code.UNKNOWN_FRAME, "Unknown event");
        };
    }

    private Command.Send message() {
        String name = fileName == null || fileName.isEmpty() ? "file" : fileName;
        String text = content == null ? "" : content;
        // Beside a file the type is what a browser guessed from its name: the bytes decide, as by HTTP.
        String wanted = file == null ? type : null;
        return new Command.Send(conversation(), null, text, wanted, replyTo, localTempId, idempotencyKey, List.of(),
                file == null ? List.of() : List.of(new Command.InlineFile(file, name, null)));
    }

    private long conversation() {
        return FieldReader.require(conversationId, "conversation_id");
    }

    private void fields(FieldReader fields) throws IOException {
        JsonParser json = fields.json;
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String field = json.currentName();
            json.nextToken();
            switch (field) {
                case "conversation_id" -> conversationId = id(fields, field, Code.ROOM_NOT_FOUND);
                case "reply_to" -> replyTo = id(fields, field, Code.MESSAGE_NOT_FOUND);
                case "seq" -> seq = fields.number(field);
                case "content" -> content = fields.string(field);
                case "type" -> type = fields.string(field);
                case "file_name" -> fileName = fields.string(field);
                case "file_data" -> file = file(fields);
                case "local_temp_id" -> localTempId = fields.label(field);
                case "idempotency_key" -> idempotencyKey = fields.string(field);
                case "is_typing" -> isTyping = fields.bool(field);
                default -> json.skipChildren();
            }
        }
    }

    /** Ids are strings here, and were those of another database: one that is no number names nothing. */
    private static @Nullable Long id(FieldReader fields, String field, Code notFound) throws IOException {
        if (fields.json.currentToken() == JsonToken.VALUE_NUMBER_INT) {
            return fields.number(field);
        }
        String text = fields.string(field);
        if (text == null || text.isBlank()) {
            return null;
        }
        try {
            return Input.number(field, text, 0, 0, Input.MAX_ID);
        } catch (Refusal none) {
            throw new Refusal(notFound);
        }
    }

    private @Nullable InputStream file(FieldReader fields) throws IOException {
        return switch (fields.json.currentToken()) {
            case VALUE_NULL -> null;
            case START_OBJECT -> attachment(fields.json);
            case null, default -> fields.base64("file_data");
        };
    }

    /** {@code {"_placeholder": true, "num": 0}} stands for a binary attachment. */
    private InputStream attachment(JsonParser json) throws IOException {
        int number = -1;
        while (json.nextToken() != JsonToken.END_OBJECT) {
            boolean isNumber = json.currentName().equals("num");
            if (json.nextToken() == JsonToken.VALUE_NUMBER_INT && isNumber) {
                number = json.getIntValue();
            }
            json.skipChildren();
        }
        if (number < 0 || number >= attachments.size()) {
            throw FieldReader.bad("file_data must be base64 or binary");
        }
        return attachments.get(number);
    }
}
