package dev.parley.message;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.parley.problem.Code;
import dev.parley.problem.Input;
import dev.parley.problem.Refusal;

/**
 * What somebody wants to say, checked as far as it can be without the database.
 *
 * @param content 5,000 code points at most, empty only with files
 * @param type what the sender claims, null to derive it from the files
 * @param localTempId echoed, never interpreted
 * @param idempotencyKey at most 255 characters
 * @param files attachments to bind, ten at most
 * @param fingerprints what tells the files apart in a retry: their ids, or what was sent along
 */
public record Draft(long roomId, long senderId, String content, @Nullable MessageType type, @Nullable Long replyTo,
        @Nullable String localTempId, @Nullable String idempotencyKey, List<UUID> files, List<String> fingerprints) {

    static final int MOST_CHARACTERS = 5_000;
    public static final int MOST_FILES = 10;
    private static final int LABEL = 255;

    public Draft {
        checkContent(content);
        if (content.isBlank() && files.isEmpty()) {
            throw new Refusal(Code.EMPTY_MESSAGE);
        }
        if (files.size() > MOST_FILES) {
            throw new Refusal(Code.TOO_MANY_FILES);
        }
        if (files.stream().distinct().count() < files.size()) {
            throw new Refusal(Code.BAD_REQUEST, "A file is named twice");
        }
        checkLabel(localTempId, "local_temp_id");
        checkLabel(idempotencyKey, "idempotency key");
        if (idempotencyKey != null && idempotencyKey.isBlank()) {
            throw new Refusal(Code.BAD_REQUEST, "The idempotency key is empty");
        }
    }

    static void checkContent(String content) {
        Input.storable("content", content);
        if (content.length() > MOST_CHARACTERS && content.codePointCount(0, content.length()) > MOST_CHARACTERS) {
            throw new Refusal(Code.MESSAGE_TOO_LONG);
        }
    }

    /** Refuses a label that is longer than 255 characters, or that is no Unicode text. */
    public static void checkLabel(@Nullable String label, String field) {
        if (label != null && Input.storable(field, label).length() > LABEL) {
            throw new Refusal(Code.BAD_REQUEST, field + " is longer than " + LABEL + " characters");
        }
    }

    /** What a retry with the same key must agree on; {@code local_temp_id} may differ. */
    byte[] requestHash() {
        try {
            MessageDigest hash = MessageDigest.getInstance("SHA-256");
            List<String> parts = new java.util.ArrayList<>(List.of(Long.toString(roomId), content,
                    type == null ? "" : type.id(), String.valueOf(replyTo)));
            parts.addAll(fingerprints);
            for (String part : parts) {
                byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
                // Lengths keep neighbours apart: "ab","c" is not "a","bc".
                hash.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
                hash.update(bytes);
            }
            return hash.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
