package dev.parley.relay;

import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.databind.ObjectWriter;

import dev.parley.room.Event;
import dev.parley.room.Viewer;
import io.netty.buffer.ByteBuf;
import io.netty.util.AbstractReferenceCounted;
import io.netty.util.ReferenceCounted;

/**
 * An event on its way to sockets: rendered once for all, or, where it names files, once a viewer. Counted like the
 * buffer it holds; each event loop that delivers it holds one reference.
 */
final class LiveFrame extends AbstractReferenceCounted {

    final Event event;
    private final ObjectWriter json;
    private final @Nullable ByteBuf shared;

    LiveFrame(Event event, ObjectWriter json) {
        this.event = event;
        this.json = json;
        this.shared = event.personal() ? null : WireFrame.text(json, new Message(event.type(), event.data(NOBODY)));
    }

    private static final Viewer NOBODY = new Viewer(0, "");

    /** {@code {type, data}}, type first. */
    record Message(String type, @Nullable Object data) {
    }

    /** One event loop's renderings of a personal frame. */
    final class Renderings implements AutoCloseable {

        private final Map<Viewer, ByteBuf> mine = new HashMap<>();

        /** Borrowed: valid until this is closed. */
        ByteBuf of(Viewer viewer) {
            return shared != null ? shared
                    : mine.computeIfAbsent(viewer,
                            who -> WireFrame.text(json, new Message(event.type(), event.data(who))));
        }

        @Override
        public void close() {
            mine.values().forEach(ByteBuf::release);
        }
    }

    @Override
    protected void deallocate() {
        if (shared != null) {
            shared.release();
        }
    }

    @Override
    public ReferenceCounted touch(Object hint) {
        return this;
    }
}
