package dev.parley.message;

import java.util.List;
import java.util.UUID;

import jakarta.inject.Singleton;

import dev.parley.attachment.resumable.RoomPosts;
import dev.parley.room.Answers;
import dev.parley.room.RoomAccess;

/** Posts finished uploads. The upload's id is the idempotency key, so that asking again makes no second message. */
@Singleton
class UploadPosts implements RoomPosts {

    private final RoomAccess access;
    private final Posting posting;

    UploadPosts(RoomAccess access, Posting posting) {
        this.access = access;
        this.posting = posting;
    }

    @Override
    public void check(long userId, long roomId, String content) {
        Draft.checkContent(content);
        access.requireMember(userId, roomId);
    }

    @Override
    public long post(UUID upload, long userId, long roomId, String content, UUID file) {
        return Answers.await(posting.post(new Draft(roomId, userId, content, null, null, null, "upload " + upload,
                List.of(file), List.of(upload.toString())))).id();
    }
}
