package dev.parley.message;

import java.util.OptionalLong;
import java.util.UUID;

import jakarta.inject.Singleton;

import dev.parley.attachment.BoundFiles;
import dev.parley.attachment.Finding;
import dev.parley.attachment.MessageRooms;
import dev.parley.problem.Code;
import dev.parley.problem.Refusal;
import dev.parley.room.Answers;
import dev.parley.room.Writer;

/** Hands what is found out about the files of messages to the room's writer. */
@Singleton
class FoundFiles implements BoundFiles {

    private final Writer writer;
    private final MessageRooms rooms;
    private final MessageRenderer renderer;

    FoundFiles(Writer writer, MessageRooms rooms, MessageRenderer renderer) {
        this.writer = writer;
        this.rooms = rooms;
        this.renderer = renderer;
    }

    @Override
    public void found(long messageId, UUID file, Finding finding) {
        OptionalLong room = rooms.roomOf(messageId);
        if (room.isEmpty()) {
            return;
        }
        try {
            Answers.await(writer.submit(new Found(room.getAsLong(), messageId, file, finding, renderer)));
        } catch (Refusal gone) {
            if (gone.code != Code.MESSAGE_NOT_FOUND && gone.code != Code.ROOM_NOT_FOUND) {
                throw gone;
            }
        }
    }
}
