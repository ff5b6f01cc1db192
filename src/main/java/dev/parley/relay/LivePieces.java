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

/** Puts together what a commit says in the same room to the same members. */
final class LivePieces {

    /** Bytes that go as one piece at most: about what a socket takes before it shows whether its peer reads. */
    private static final int LONGEST = 60 << 10;
    private static final Viewer NOBODY = new Viewer(0, "");

    private LivePieces() {
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
            ByteBuf frame = event.personal() ? null : LiveFrame.text(event, NOBODY, json);
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
            return frame != null && length > 0 && length + frame.readableBytes() <= LONGEST
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
}
