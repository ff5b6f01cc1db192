package dev.parley.relay;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.databind.ObjectWriter;

import dev.parley.room.Event;
import dev.parley.room.Viewer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.AbstractReferenceCounted;
import io.netty.util.ReferenceCounted;

/**
 * Events on their way to sockets: rendered once for all, or, where they name files, once a viewer. What one commit says in
 * a room goes as one piece, so that the frames of a busy room cost each of its sockets one write. Counted like the buffer
 * it holds; each event loop that delivers it holds one reference.
 */
final class LiveFrame extends AbstractReferenceCounted {

    /** Bytes that go as one piece at most: what a peer who does not read is told by. */
    private static final int LONGEST_PIECE = 60 << 10;
    private static final Viewer NOBODY = new Viewer(0, "");

    private final ObjectWriter json;
    /** Of the same room and the same members, if there are several; in order. */
    private final List<Event> events;
    /** Null if each viewer gets another. */
    private final @Nullable ByteBuf shared;
    /** Where the frames end in what is shared. */
    private final int[] ends;

    private LiveFrame(List<Event> events, @Nullable ByteBuf shared, int[] ends, ObjectWriter json) {
        this.events = events;
        this.shared = shared;
        this.ends = ends;
        this.json = json;
    }

    /** What a commit did, as few of these as it can be; in the order of its events for each room. */
    static List<LiveFrame> of(List<Event> events, ObjectWriter json) {
        List<Piece> pieces = new ArrayList<>();
        try {
            cut(events, json, pieces);
        } catch (RuntimeException | Error e) {
            pieces.forEach(piece -> piece.frames.forEach(ByteBuf::release));
            throw e;
        }
        return pieces.stream().map(piece -> piece.asFrame(json)).toList();
    }

    private static void cut(List<Event> events, ObjectWriter json, List<Piece> pieces) {
        Map<Long, Piece> open = new HashMap<>();
        for (Event event : events) {
            ByteBuf frame = event.personal() ? null : text(event, NOBODY, json);
            if (event instanceof Event.Changed) {
                // Whoever is removed from the room they had joined hears all their rooms from here on.
                open.clear();
            }
            Piece piece = open.get(event.roster().roomId());
            if (piece == null || !piece.takes(event, frame)) {
                piece = new Piece(event, frame);
                pieces.add(piece);
                open.put(event.roster().roomId(), piece);
            } else {
                piece.add(event, frame);
            }
        }
    }

    /** What goes together. */
    private static final class Piece {

        private final List<Event> events = new ArrayList<>(4);
        private final List<ByteBuf> frames = new ArrayList<>(4);
        private int length;

        Piece(Event first, @Nullable ByteBuf frame) {
            add(first, frame);
        }

        boolean takes(Event event, @Nullable ByteBuf frame) {
            // Only what everybody who hears one of them hears of all.
            return frame != null && length > 0 && length + frame.readableBytes() <= LONGEST_PIECE
                    && event instanceof Event.Said && events.get(0) instanceof Event.Said
                    && event.roster() == events.get(0).roster();
        }

        void add(Event event, @Nullable ByteBuf frame) {
            events.add(event);
            if (frame != null) {
                frames.add(frame);
                length += frame.readableBytes();
            }
        }

        LiveFrame asFrame(ObjectWriter json) {
            int[] ends = new int[events.size()];
            if (frames.size() < 2) {
                ends[0] = length;
                return new LiveFrame(events, frames.isEmpty() ? null : frames.get(0), ends, json);
            }
            ByteBuf all = PooledByteBufAllocator.DEFAULT.directBuffer(length);
            for (int i = 0; i < ends.length; i++) {
                all.writeBytes(frames.get(i));
                ends[i] = all.writerIndex();
                frames.get(i).release();
            }
            return new LiveFrame(events, all, ends, json);
        }
    }

    private static ByteBuf text(Event event, Viewer viewer, ObjectWriter json) {
        return WireFrame.text(json, new Message(event.type(), event.data(viewer)));
    }

    /** {@code {type, data}}, type first. */
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
