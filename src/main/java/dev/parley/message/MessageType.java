package dev.parley.message;

import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.annotation.JsonValue;

import dev.parley.attachment.FileType;
import dev.parley.attachment.Kind;
import dev.parley.problem.Code;
import dev.parley.problem.Refusal;

/** What a message mainly is; the kinds of its files decide when nobody says. */
public enum MessageType {
    TEXT,
    IMAGE,
    VIDEO,
    VOICE,
    FILE;

    @JsonValue
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static @Nullable MessageType of(@Nullable String id) {
        if (id == null) {
            return null;
        }
        for (MessageType type : values()) {
            if (type.id().equals(id)) {
                return type;
            }
        }
        throw new Refusal(Code.BAD_REQUEST, "message_type must be text, image, video, voice or file");
    }

    /**
     * The type of a message with files of these kinds: one kind gives that kind, several give {@code file}, which takes
     * any; image, video and voice take only their own.
     */
    static MessageType settle(@Nullable MessageType claimed, List<String> kinds) {
        if (kinds.isEmpty()) {
            if (claimed != null && claimed != TEXT) {
                throw new Refusal(Code.BAD_REQUEST, "A message of type " + claimed.id() + " needs a file");
            }
            return TEXT;
        }
        if (claimed == null || claimed == TEXT) {
            boolean alike = kinds.stream().distinct().count() == 1;
            return alike ? valueOf(kinds.get(0).toUpperCase(Locale.ROOT)) : FILE;
        }
        if (claimed != FILE && kinds.stream().anyMatch(kind -> !kind.equals(claimed.id()))) {
            throw FileType.notAllowed(List.of(Kind.of(claimed.id())));
        }
        return claimed;
    }
}
