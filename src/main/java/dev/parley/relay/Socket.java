package dev.parley.relay;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.parley.room.Viewer;
import io.netty.buffer.ByteBuf;

/**
 * Somebody's open socket, joined to one room or an inbox for all of its user's. Used on its event loop alone, but for
 * what is volatile.
 */
final class Socket {

    final Viewer viewer;
    final Shard shard;
    final Outbox outbox;
    /** How often all sessions of the user had been ended when the token was issued. */
    final int sessions;
    /** The rooms of the user, ascending: what an inbox hears. */
    private long[] rooms;
    /** The room that is joined, 0 for an inbox. */
    private volatile long room;
    /** Versions up to this were replayed or are in the pages the client fetches. */
    private long joinedVersion;
    private @Nullable List<Held> held;
    private long heldBytes;
    private int roomChanges;
    boolean open = true;

    private record Held(long version, ByteBuf frame) {
    }

    Socket(Viewer viewer, Shard shard, Outbox outbox, int sessions, long[] rooms) {
        this.viewer = viewer;
        this.shard = shard;
        this.outbox = outbox;
        this.sessions = sessions;
        this.rooms = rooms.clone();
        Arrays.sort(this.rooms);
    }

    /** Whether live frames of this room come here by themselves; readable from any thread. */
    boolean hears(long roomId) {
        long joined = room;
        return joined == 0 || joined == roomId;
    }

    long room() {
        return room;
    }

    long joinedVersion() {
        return joinedVersion;
    }

    long[] rooms() {
        return rooms;
    }

    /** How often the user was added to rooms and removed from them since this is open. */
    int roomChanges() {
        return roomChanges;
    }

    /** Whether its close frame is on its way. */
    boolean isEnding() {
        return outbox.isClosed();
    }

    /** Joins a room: its live frames are held from now on, until {@link #joined}. @return whether it is open */
    boolean hold(long roomId) {
        if (!open) {
            return false;
        }
        releaseHeld();
        shard.mute(this);
        room = roomId;
        held = new ArrayList<>();
        shard.listen(this);
        return true;
    }

    /** Goes on with what was held and is newer than what was read meanwhile. */
    void joined(long version) {
        joinedVersion = version;
        List<Held> waiting = held;
        held = null;
        heldBytes = 0;
        if (waiting != null) {
            for (Held frame : waiting) {
                if (frame.version > version) {
                    write(frame.frame, false);
                }
                frame.frame.release();
            }
        }
    }

    /** Becomes an inbox again. */
    void leave() {
        if (!open) {
            return;
        }
        releaseHeld();
        shard.mute(this);
        room = 0;
        joinedVersion = 0;
        shard.listen(this);
    }

    /** The user was added to a room. */
    void enter(long roomId) {
        roomChanges++;
        int at = Arrays.binarySearch(rooms, roomId);
        if (at < 0) {
            long[] more = Arrays.copyOf(rooms, rooms.length + 1);
            more[rooms.length] = roomId;
            Arrays.sort(more);
            rooms = more;
            if (room == 0) {
                shard.listen(this, roomId);
            }
        }
    }

    /** All rooms of the user, read from the rows. */
    void enterOnly(long[] roomIds) {
        shard.mute(this);
        rooms = roomIds.clone();
        Arrays.sort(rooms);
        shard.listen(this);
    }

    /** The user was removed from a room. */
    void exit(long roomId) {
        roomChanges++;
        if (hears(roomId)) {
            shard.mute(this, roomId);
        }
        rooms = Arrays.stream(rooms).filter(id -> id != roomId).toArray();
        if (room == roomId) {
            releaseHeld();
            room = 0;
            shard.listen(this);
        }
    }

    /** What happened in a room, live. */
    void hear(LiveFrame.Renderings live, long roomId) {
        LiveFrame frame = live.frame();
        if (room != roomId || held == null && frame.version(0) > joinedVersion) {
            write(live.of(viewer), false);
            return;
        }
        for (int i = 0; i < frame.size(); i++) {
            if (held != null) {
                hold(live.of(viewer, i), frame.version(i));
            } else if (frame.version(i) > joinedVersion) {
                write(live.of(viewer, i), false);
            }
        }
    }

    private void hold(ByteBuf frame, long version) {
        heldBytes += frame.readableBytes();
        if (heldBytes > outbox.mostBytes()) {
            outbox.end(Close.TOO_SLOW);
        } else {
            held.add(new Held(version, frame.retain()));
        }
    }

    void write(ByteBuf frame, boolean dispensable) {
        if (open && outbox.offer(frame, dispensable)) {
            shard.dirty(this);
        }
    }

    void closed() {
        open = false;
        releaseHeld();
        outbox.release();
    }

    private void releaseHeld() {
        if (held != null) {
            held.forEach(frame -> frame.frame.release());
            held = null;
        }
        heldBytes = 0;
    }
}
