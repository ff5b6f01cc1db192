package dev.parley.dialect;

import java.util.List;
import java.util.UUID;

import jakarta.inject.Singleton;

import dev.parley.attachment.Attachment;
import dev.parley.attachment.FileView;
import dev.parley.attachment.SignedUrls;
import dev.parley.attachment.Uploads;
import dev.parley.message.History;
import dev.parley.message.Posting;
import dev.parley.problem.Code;
import dev.parley.problem.Refusal;
import dev.parley.room.Answers;
import dev.parley.room.Viewer;
import io.quarkus.narayana.jta.QuarkusTransaction;

/** The files of messages that are out, one by one, as document 001 wants them. */
@Singleton
class MessageFiles {

    private final History history;
    private final Posting posting;
    private final Uploads uploads;
    private final SignedUrls urls;

    MessageFiles(History history, Posting posting, Uploads uploads, SignedUrls urls) {
        this.history = history;
        this.posting = posting;
        this.uploads = uploads;
        this.urls = urls;
    }

    Media add(Viewer viewer, long messageId, Attachment file) {
        long room = history.roomOf(viewer.userId(), messageId);
        Answers.await(posting.attach(room, viewer.userId(), messageId, file.id));
        return media(file, messageId, viewer);
    }

    List<Media> of(Viewer viewer, long messageId) {
        return history.filesOf(viewer.userId(), messageId).stream().map(file -> media(file, messageId, viewer)).toList();
    }

    /** One's own upload that no message took yet can be taken back, too. */
    void remove(long userId, UUID fileId) {
        // First, since it waits for a message that is about to take the file.
        if (uploads.withdraw(userId, fileId)) {
            return;
        }
        Attachment file = QuarkusTransaction.requiringNew().call(() -> Attachment.findById(fileId));
        if (file == null || file.messageId == null || !file.state.equals(Attachment.BOUND)) {
            throw new Refusal(Code.FILE_NOT_FOUND);
        }
        try {
            long room = history.roomOfDeletable(userId, file.messageId);
            Answers.await(posting.detach(room, userId, file.messageId, fileId));
        } catch (Refusal refusal) {
            throw refusal.code == Code.MESSAGE_NOT_FOUND ? new Refusal(Code.FILE_NOT_FOUND) : refusal;
        }
    }

    private Media media(Attachment file, long messageId, Viewer viewer) {
        return Media.of(file, messageId, FileView.of(file, viewer, urls));
    }
}
