package dev.parley.attachment;

import java.util.OptionalLong;

/** Which room a message is in; messages know, files do not. */
public interface MessageRooms {

    /** Empty when the message is not there, or is a tombstone. */
    OptionalLong roomOf(long messageId);
}
