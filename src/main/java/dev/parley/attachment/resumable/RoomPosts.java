package dev.parley.attachment.resumable;

import java.util.UUID;

import dev.parley.problem.Code;
import dev.parley.problem.Refusal;

/** Makes messages of uploads that name a room; rooms and messages are none of this package's business. */
public interface RoomPosts {

    /** @throws Refusal {@link Code#ROOM_NOT_FOUND} to whom is no member, {@link Code#MESSAGE_TOO_LONG} */
    void check(long userId, long roomId, String content);

    /**
     * Posts a file, once however often it is asked to.
     *
     * @return the message's id
     * @throws Refusal whatever a post is refused for
     */
    long post(UUID upload, long userId, long roomId, String content, UUID file);
}
