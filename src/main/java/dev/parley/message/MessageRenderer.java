package dev.parley.message;

import java.sql.SQLException;
import java.util.List;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import dev.parley.account.UserView;
import dev.parley.account.Users;
import dev.parley.attachment.FileView;
import dev.parley.attachment.SignedUrls;
import dev.parley.message.MessageView.ReplyPreview;
import dev.parley.room.Event;
import dev.parley.room.RoomTurn;
import dev.parley.room.Roster;
import dev.parley.room.Viewer;

/** Turns snapshots of messages into what clients see, for one viewer or for a frame that goes to many. */
@Singleton
public class MessageRenderer {

    private final Users users;
    private final SignedUrls urls;

    MessageRenderer(Users users, SignedUrls urls) {
        this.users = users;
        this.urls = urls;
    }

    /** As an answer to the one who looks, with {@code is_sender} and {@code is_liked}. */
    MessageView answer(Snapshot snapshot, Roster roster, Viewer viewer) {
        boolean liked = Boolean.TRUE.equals(snapshot.liked());
        return render(snapshot, people(snapshot, roster), viewer, snapshot.message().senderId == viewer.userId(), liked);
    }

    /** As the data of a frame: nothing in it depends on who looks but the signatures of its files. */
    MessageView frame(Snapshot snapshot, Roster roster, Viewer viewer) {
        return render(snapshot, people(snapshot, roster), viewer, null, null);
    }

    /** The event by which a change tells its room: by the change's own connection, so that the writer waits for no other. */
    Event event(RoomTurn turn, String type, Snapshot snapshot) throws SQLException {
        long sender = snapshot.message().senderId;
        long other = turn.roster().otherThan(sender);
        Message target = snapshot.replyTarget();
        users.know(turn.connection(), sender, other < 0 ? sender : other, target == null ? sender : target.senderId);
        return event(type, snapshot, turn.roster());
    }

    /**
     * The event that tells a room of a message's present state. People are looked up now, since it is rendered after
     * the commit and on event loops, where nothing may block or fail.
     */
    Event event(String type, Snapshot snapshot, Roster roster) {
        return event(type, snapshot, roster, snapshot.message().version);
    }

    /** The same under an earlier version of the room. */
    Event event(String type, Snapshot snapshot, Roster roster, long version) {
        People people = people(snapshot, roster);
        return new Event.Said(type, roster, version, !snapshot.files().isEmpty(),
                viewer -> render(snapshot, people, viewer, null, null).at(version));
    }

    private record People(UserView sender, @Nullable UserView receiver, @Nullable ReplyPreview preview) {
    }

    private People people(Snapshot snapshot, Roster roster) {
        Message message = snapshot.message();
        long other = roster.otherThan(message.senderId);
        Message target = snapshot.replyTarget();
        return new People(users.view(message.senderId), other < 0 ? null : users.view(other),
                target == null ? null : ReplyPreview.of(target, users.get(target.senderId).name()));
    }

    private MessageView render(Snapshot snapshot, People people, Viewer viewer, @Nullable Boolean isSender,
            @Nullable Boolean isLiked) {
        Message message = snapshot.message();
        List<FileView> files = snapshot.files().isEmpty() ? null
                : snapshot.files().stream().map(file -> FileView.of(file, viewer, urls)).toList();
        Number duration = files != null && message.messageType.equals(MessageType.VOICE.id()) ? files.get(0).duration()
                : null;
        return new MessageView(message.id, message.content, message.messageType, snapshot.localTempId(), files, duration,
                message.createdAt, snapshot.readCount() > 0, message.isDeleted(), isSender, isLiked, message.likeCount,
                people.sender, people.receiver, message.roomId, message.seq, message.version,
                message.editedAt, message.replyTo, people.preview,
                message.pinnedAt != null, files != null, snapshot.readCount());
    }
}
