package dev.parley.socketio;

import dev.parley.dialect.ChatMessage;
import dev.parley.message.MessageView;
import dev.parley.relay.SharedText;
import dev.parley.room.Event;
import dev.parley.room.Viewer;

/** A committed event on its way to clients: rendered when the first is told, and once a client where it names files. */
final class Broadcast {

    private static final Viewer NOBODY = new Viewer(0, "");

    final Event event;
    /** For everybody, unless the event is personal. */
    final SharedText packet;
    private final Json json;

    Broadcast(Event event, Json json) {
        this.event = event;
        this.json = json;
        this.packet = new SharedText(() -> render(NOBODY));
    }

    String packet(long userId) {
        // Without a base, its URLs are relative, as document 003 has them.
        return render(new Viewer(userId, ""));
    }

    private String render(Viewer viewer) {
        Object data = event.data(viewer);
        return json.event(event.type(), data instanceof MessageView message ? ChatMessage.of(message) : data);
    }
}
