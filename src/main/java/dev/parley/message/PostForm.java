package dev.parley.message;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.parley.attachment.Attachment;
import dev.parley.attachment.Multipart;
import dev.parley.attachment.Multipart.FilePart;
import dev.parley.attachment.Uploads;
import dev.parley.problem.Code;
import dev.parley.problem.Refusal;

/** A post that came as a form: fields in any order, each file stored as it arrives. */
final class PostForm implements Multipart.Parts {

    private final long senderId;
    private final Uploads uploads;
    private final List<Attachment> files = new ArrayList<>();
    private String content = "";
    private @Nullable MessageType type;
    private @Nullable Long replyTo;
    private @Nullable String localTempId;
    private @Nullable String idempotencyKey;
    private @Nullable Double duration;

    PostForm(long senderId, Uploads uploads) {
        this.senderId = senderId;
        this.uploads = uploads;
    }

    @Override
    public void field(String name, String value) {
        switch (name) {
            case "content", "caption" -> content = value;
            case "message_type" -> type = MessageType.of(value.isEmpty() ? null : value);
            case "reply_to" -> replyTo = value.isEmpty() ? null : id(name, value);
            case "local_temp_id" -> localTempId = value;
            case "idempotency_key" -> idempotencyKey = value;
            case "duration" -> duration = seconds(value);
            default -> {
                // Other fields mean nothing here, and harm nobody.
            }
        }
    }

    @Override
    public void file(FilePart file) {
        if (files.size() == Draft.MOST_FILES) {
            throw new Refusal(Code.TOO_MANY_FILES);
        }
        files.add(uploads.receive(senderId, file.content(), file.name(), null));
    }

    /** @param key of the header, which goes before a field */
    Draft draft(long roomId, @Nullable String key) {
        if (duration != null) {
            uploads.claim(files, duration);
        }
        return new Draft(roomId, senderId, content, type, replyTo, localTempId, key != null ? key : idempotencyKey,
                stored(), files.stream().map(uploads::fingerprint).toList());
    }

    List<UUID> stored() {
        return files.stream().map(file -> file.id).toList();
    }

    private static Long id(String name, String value) {
        try {
            return Long.valueOf(value);
        } catch (NumberFormatException e) {
            throw new Refusal(Code.BAD_REQUEST, name + " must be a whole number");
        }
    }

    /** Never a reason to refuse a message. */
    private static @Nullable Double seconds(String value) {
        try {
            return Double.valueOf(value);
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
