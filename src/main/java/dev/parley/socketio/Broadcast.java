package dev.parley.socketio;

import org.jspecify.annotations.Nullable;

import dev.parley.dialect.ChatMessage;
import dev.parley.message.MessageView;
import dev.parley.room.Event;
import dev.parley.room.Viewer;

/** A committed event on its way to clients: rendered when the first is told, and once a viewer where it names files. */
final class Broadcast {

    private static final Viewer NOBODY = new Viewer(0, "");

    final Event event;
    private final Json json;
    /** Two may render it at the same time, and render the same. */
    private volatile @Nullable String shared;

    Broadcast(Event event, Json json) {
        this.event = event;
        this.json = json;
    }

    String packet(long userId) {
        if (event.personal()) {
            // Without a base, its URLs are relative, as document 003 has them.
            return render(new Viewer(userId, ""));
        }
        String rendered = shared;
        if (rendered == null) {
            rendered = render(NOBODY);
            shared = rendered;
        }
        return rendered;
    }

    private String render(Viewer viewer) {
        Object data = event.data(viewer);
        return json.event(event.type(), data instanceof MessageView message ? ChatMessage.of(message) : data);
    }
}
