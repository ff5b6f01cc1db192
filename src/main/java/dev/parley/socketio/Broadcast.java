package dev.parley.socketio;

import java.util.Set;

import dev.parley.dialect.ChatMessage;
import dev.parley.message.MessageView;
import dev.parley.message.MessageView.Gone;
import dev.parley.message.MessageView.ReadReceipt;
import dev.parley.relay.SharedText;
import dev.parley.room.Event;
import dev.parley.room.RoomView;
import dev.parley.room.Viewer;

/** A committed event on its way to clients: rendered when the first is told, and once a client where it names files. */
final class Broadcast {

    private static final Viewer NOBODY = new Viewer(0, "");

    final Event event;
    /** For everybody, unless the event is personal. */
    final SharedText packet;
    private final Set<Long> arrivedBehind;
    private final Json json;

    /** @param arrivedBehind users of the room now who were not in it yet */
    Broadcast(Event event, Set<Long> arrivedBehind, Json json) {
        this.event = event;
        this.arrivedBehind = arrivedBehind;
        this.json = json;
        this.packet = new SharedText(() -> render(NOBODY));
    }

    boolean concerns(long userId) {
        return !arrivedBehind.contains(userId);
    }

    String packet(long userId) {
        // Without a base, its URLs are relative, as document 003 has them.
        return render(new Viewer(userId, ""));
    }

    private String render(Viewer viewer) {
        Object data = event.data(viewer);
        return json.event(event.type(), switch (data) {
            case MessageView message -> ChatMessage.of(message);
            case Gone gone -> new InConversation(gone, Long.toString(gone.roomId()), Long.toString(gone.id()));
            case ReadReceipt receipt -> new InConversation(receipt, receipt.roomId());
            case RoomView room -> new InConversation(room, room.id());
            default -> data;
        });
    }
}
