package dev.parley.attachment.resumable;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.parley.attachment.Uploads;
import dev.parley.problem.Code;
import dev.parley.problem.Input;
import dev.parley.problem.Refusal;

/**
 * {@code Upload-Metadata}: keys with values in base64, separated by commas. Read are {@code filename}, {@code room_id},
 * {@code content} and {@code duration} (seconds); others, {@code filetype} among them, are only told again.
 *
 * @param raw as it came
 */
record Metadata(String raw, String fileName, @Nullable Long roomId, String content, @Nullable Double duration) {

    static Metadata parse(@Nullable String header) {
        if (header == null || header.isBlank()) {
            return new Metadata("", "file", null, "", null);
        }
        Map<String, String> values = new HashMap<>();
        for (String pair : header.strip().split("\\s*,\\s*")) {
            String[] parts = pair.split("\\s+", -1);
            if (parts.length > 2 || parts[0].isEmpty() || values.containsKey(parts[0])) {
                throw bad();
            }
            values.put(parts[0], parts.length == 1 ? "" : text(parts[1]));
        }
        String room = values.getOrDefault("room_id", "");
        return new Metadata(Input.storable("Upload-Metadata", header.strip()), values.getOrDefault("filename", "file"),
                room.isEmpty() ? null : Input.id(room, Code.ROOM_NOT_FOUND),
                Input.storable("content", values.getOrDefault("content", "")), Uploads.claimed(values.get("duration")));
    }

    private static String text(String base64) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(Base64.getDecoder().decode(base64))).toString();
        } catch (IllegalArgumentException | CharacterCodingException e) {
            throw bad();
        }
    }

    private static Refusal bad() {
        return new Refusal(Code.BAD_REQUEST, "Upload-Metadata must be keys with values in base64, separated by commas");
    }
}
