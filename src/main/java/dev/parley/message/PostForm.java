package dev.parley.message;

import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import dev.parley.attachment.UploadForm;
import dev.parley.attachment.Uploads;
import dev.parley.problem.Code;
import dev.parley.problem.Input;
import dev.parley.problem.Refusal;

/** A post that came as a form. */
final class PostForm {

    private PostForm() {
    }

    /** @param key of the header, which goes before a field */
    static Draft draft(UploadForm form, Uploads uploads, long roomId, long senderId, @Nullable String key) {
        Double duration = Uploads.claimed(form.field("duration"));
        if (duration != null) {
            uploads.claim(form.files(), duration);
        }
        List<UUID> uploaded = form.all("attachment_ids").stream().map(id -> Input.uuid(id, Code.FILE_NOT_FOUND)).toList();
        String content = form.field("content") != null ? form.field("content") : form.field("caption");
        String replyTo = form.field("reply_to");
        return new Draft(roomId, senderId, content == null ? "" : content, MessageType.of(form.field("message_type")),
                replyTo == null ? null : id("reply_to", replyTo), form.field("local_temp_id"),
                key != null ? key : form.field("idempotency_key"), concat(uploaded, form.ids()),
                concat(uploaded.stream().map(UUID::toString).toList(), form.fingerprints()));
    }

    private static <T> List<T> concat(List<T> first, List<T> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }

    private static Long id(String name, String value) {
        try {
            return Long.valueOf(value);
        } catch (NumberFormatException e) {
            throw new Refusal(Code.BAD_REQUEST, name + " must be a whole number");
        }
    }
}
