package dev.parley.dialect;

import java.io.InputStream;
import java.util.List;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import dev.parley.attachment.UploadForm;
import dev.parley.attachment.Uploads;
import dev.parley.message.Draft;
import dev.parley.message.History;
import dev.parley.message.MessageView;
import dev.parley.message.Post;
import dev.parley.message.Posting;
import dev.parley.problem.Code;
import dev.parley.problem.Input;
import dev.parley.room.Answers;
import dev.parley.room.RoomAccess;
import dev.parley.room.Viewer;

/** Posts a text, or one file and its caption, as the doors of documents 002 and 003 send them. */
@Singleton
class DoorPosts {

    private final RoomAccess access;
    private final Posting posting;
    private final History history;
    private final Uploads uploads;
    private final DoorLimits limits;

    DoorPosts(RoomAccess access, Posting posting, History history, Uploads uploads, DoorLimits limits) {
        this.access = access;
        this.posting = posting;
        this.history = history;
        this.uploads = uploads;
        this.limits = limits;
    }

    /** @param replayed it was there already, under the same idempotency key */
    record Posted(MessageView message, boolean replayed) {
    }

    Posted text(Viewer viewer, long roomId, String content, @Nullable String key) {
        access.requireMember(viewer.userId(), roomId);
        return post(viewer, new Draft(roomId, viewer.userId(), content, null, null, null, key, List.of(), List.of()));
    }

    /** Document 002: the room is known before the body, which a stranger need not send. */
    Posted toConversation(Viewer viewer, long roomId, @Nullable String key, String contentType, InputStream body) {
        access.requireMember(viewer.userId(), roomId);
        try (UploadForm form = UploadForm.read(viewer.userId(), uploads, DoorLimits.anyType(limits.conversations()), 1,
                contentType, body)) {
            String caption = form.field("caption");
            return file(viewer, form, roomId, caption != null ? caption : form.field("content"), null, key);
        }
    }

    /** Document 003: the room is named behind the file. */
    Posted upload(Viewer viewer, @Nullable String key, String contentType, InputStream body) {
        try (UploadForm form = UploadForm.read(viewer.userId(), uploads, DoorLimits.anyType(limits.messages()), 1,
                contentType, body)) {
            form.file();
            long roomId = Input.id(Input.required("conversation_id", form.field("conversation_id")), Code.ROOM_NOT_FOUND);
            access.requireMember(viewer.userId(), roomId);
            String replyTo = form.field("reply_to");
            return file(viewer, form, roomId, form.field("content"),
                    replyTo == null ? null : Input.id(replyTo, Code.MESSAGE_NOT_FOUND), key);
        }
    }

    private Posted file(Viewer viewer, UploadForm form, long roomId, @Nullable String caption, @Nullable Long replyTo,
            @Nullable String key) {
        form.file();
        Posted posted = post(viewer, new Draft(roomId, viewer.userId(), caption == null ? "" : caption, null, replyTo, null,
                key, form.ids(), form.fingerprints()));
        if (!posted.replayed()) {
            form.keep();
        }
        return posted;
    }

    private Posted post(Viewer viewer, Draft draft) {
        Post.Posted posted = Answers.await(posting.post(draft));
        return new Posted(history.posted(posted, viewer), posted.replayed());
    }
}
