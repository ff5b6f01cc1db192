package dev.parley.relay;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.databind.ObjectWriter;

import dev.parley.room.Event;
import dev.parley.room.Viewer;
import io.netty.buffer.ByteBuf;
import io.netty.util.AbstractReferenceCounted;
import io.netty.util.ReferenceCounted;
import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * Events on their way to sockets: rendered once for all, or, where they name files, once a viewer. What one commit says in
 * a room goes as one piece, so that the frames of a busy room cost each of its sockets one write. Counted like the buffer
 * it holds; each event loop that delivers it holds one reference.
 */
final class LiveFrame extends AbstractReferenceCounted {

    private final ObjectWriter json;
    /** Of the same room and the same members, if there are several; in order. */
    private final List<Event> events;
    /** Null if each viewer gets another. */
    private final @Nullable ByteBuf shared;
    /** Where the frames end in what is shared. */
    private final int[] ends;

    LiveFrame(List<Event> events, @Nullable ByteBuf shared, int[] ends, ObjectWriter json) {
        this.events = events;
        this.shared = shared;
        this.ends = ends;
        this.json = json;
    }

    static ByteBuf text(Event event, Viewer viewer, ObjectWriter json) {
        return WireFrame.text(json, new Message(event.type(), event.data(viewer)));
    }

    /** {@code {type, data}}, type first. */
    @RegisterForReflection
    record Message(String type, @Nullable Object data) {
    }

    /** The only event, or the first of several that were said in the same room to the same members. */
    Event first() {
        return events.get(0);
    }

    int size() {
        return ends.length;
    }

    /** The version of each event, ascending. */
    long version(int index) {
        return events.get(index).version();
    }

    /** One event loop's renderings. */
    final class Renderings implements AutoCloseable {

        private final Map<Viewer, ByteBuf> mine = shared == null ? new HashMap<>() : Map.of();

        /** All frames; borrowed, valid until this is closed. */
        ByteBuf of(Viewer viewer) {
            return shared != null ? shared : mine.computeIfAbsent(viewer, who -> text(events.get(0), who, json));
        }

        /** One frame; borrowed, valid until this is closed. */
        ByteBuf of(Viewer viewer, int index) {
            ByteBuf all = of(viewer);
            int start = index == 0 ? 0 : ends[index - 1];
            return ends.length == 1 ? all : all.slice(all.readerIndex() + start, ends[index] - start);
        }

        LiveFrame frame() {
            return LiveFrame.this;
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
