package dev.parley.message;

import java.sql.SQLException;

import dev.parley.room.RoomTurn;

/** Pins a message for everybody in its room, or takes it down; any member may. */
final class Pin extends MessageChange<Void> {

    private final boolean pin;

    Pin(long roomId, long userId, long messageId, boolean pin, MessageRenderer renderer) {
        super(roomId, userId, messageId, renderer);
        this.pin = pin;
    }

    @Override
    protected Void apply(RoomTurn turn) throws SQLException {
        Message message = require(turn);
        if ((message.pinnedAt != null) != pin) {
            message.pinnedAt = pin ? turn.now() : null;
            changed(turn, message);
        }
        return null;
    }
}
