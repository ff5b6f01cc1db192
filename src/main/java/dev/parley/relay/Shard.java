package dev.parley.relay;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.LongStream;

import org.jboss.logging.Logger;

import dev.parley.room.Event;
import dev.parley.room.Roster;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.util.collection.LongObjectHashMap;

/**
 * The sockets of one event loop, by room and by user. Touched on that loop alone, so nothing is locked: a batch of
 * frames is one task a loop, and each socket that got something is flushed once, behind all batches that waited.
 */
final class Shard {

    private static final Logger LOG = Logger.getLogger(Shard.class);

    final EventLoop loop;
    private final LongObjectHashMap<List<Socket>> byRoom = new LongObjectHashMap<>();
    private final LongObjectHashMap<List<Socket>> byUser = new LongObjectHashMap<>();
    private final List<Socket> dirty = new ArrayList<>();
    private boolean flushing;
    /** Readable from any thread. */
    private volatile int sockets;
    private long deliveries;

    Shard(EventLoop loop) {
        this.loop = loop;
    }

    boolean isEmpty() {
        return sockets == 0;
    }

    int sockets() {
        return sockets;
    }

    void add(Socket socket) {
        sockets++;
        put(byUser, socket.viewer.userId(), socket);
        listen(socket);
    }

    void remove(Socket socket) {
        sockets--;
        mute(socket);
        take(byUser, socket.viewer.userId(), socket);
        socket.closed();
    }

    /** Files a socket under the rooms it hears. */
    void listen(Socket socket) {
        if (socket.room() != 0) {
            put(byRoom, socket.room(), socket);
        } else {
            for (long room : socket.rooms()) {
                put(byRoom, room, socket);
            }
        }
    }

    void listen(Socket socket, long room) {
        put(byRoom, room, socket);
    }

    void mute(Socket socket, long room) {
        take(byRoom, room, socket);
    }

    void mute(Socket socket) {
        if (socket.room() != 0) {
            take(byRoom, socket.room(), socket);
        } else {
            for (long room : socket.rooms()) {
                take(byRoom, room, socket);
            }
        }
    }

    /** Delivers to whoever hears; returns how many frames were handed to sockets. */
    long deliver(List<LiveFrame> frames) {
        deliveries = 0;
        for (LiveFrame frame : frames) {
            try (LiveFrame.Renderings renderings = frame.new Renderings()) {
                switch (frame.first()) {
                    case Event.Said said -> say(said, renderings);
                    case Event.Changed changed -> change(changed, renderings);
                }
            }
        }
        return deliveries;
    }

    private void say(Event.Said said, LiveFrame.Renderings renderings) {
        long room = said.roster().roomId();
        each(byRoom, room, socket -> {
            // A socket that opened while its user was removed may be filed here still; the roster is what counts.
            if (said.roster().has(socket.viewer.userId())) {
                deliveries += renderings.frame().size();
                socket.hear(renderings, room);
            }
        });
    }

    private void change(Event.Changed changed, LiveFrame.Renderings renderings) {
        long room = changed.roster().roomId();
        for (long user : changed.arrived()) {
            each(byUser, user, socket -> socket.enter(room));
        }
        for (long user : changed.departed()) {
            each(byUser, user, socket -> {
                socket.write(renderings.of(socket.viewer), false);
                socket.exit(room);
            });
        }
        for (long user : changed.roster().users()) {
            if (LongStream.of(changed.departed()).anyMatch(departed -> departed == user)) {
                // Back again: of that a later version tells.
                continue;
            }
            each(byUser, user, socket -> {
                deliveries++;
                socket.hear(renderings, room);
            });
        }
    }

    /** Whoever hears a room, and who would if this instance knew that they had been added to it. */
    void sendAway(Roster room) {
        each(byRoom, room.roomId(), socket -> socket.outbox.end(Close.RESTART));
        for (long user : room.users()) {
            each(byUser, user, socket -> {
                if (socket.hears(room.roomId())) {
                    socket.outbox.end(Close.RESTART);
                }
            });
        }
    }

    void voided(long user, int sessions) {
        each(byUser, user, socket -> {
            if (socket.sessions < sessions) {
                socket.outbox.end(Close.TOKEN_EXPIRED);
            }
        });
    }

    /** Typing, to the members who hear a room, but not to the one who types. */
    void typing(Roster room, long exceptUser, ByteBuf frame) {
        each(byRoom, room.roomId(), socket -> {
            long user = socket.viewer.userId();
            // As for what is said: somebody of whose removal nobody told here is filed under the room still.
            if (user != exceptUser && room.has(user)) {
                socket.write(frame, true);
            }
        });
    }

    /** Presence, to all sockets of some users. */
    void tell(long[] users, ByteBuf frame) {
        for (long user : users) {
            each(byUser, user, socket -> socket.write(frame, true));
        }
    }

    private static void each(LongObjectHashMap<List<Socket>> index, long key, Consumer<Socket> action) {
        List<Socket> sockets = index.get(key);
        if (sockets != null) {
            for (int i = 0; i < sockets.size(); i++) {
                tell(sockets.get(i), action);
            }
        }
    }

    void everySocket(Consumer<Socket> action) {
        List<Socket> all = new ArrayList<>();
        byUser.values().forEach(all::addAll);
        all.forEach(socket -> tell(socket, action));
    }

    /** Who cannot be told has to come back and catch up; all others hear it. */
    private static void tell(Socket socket, Consumer<Socket> action) {
        try {
            action.accept(socket);
        } catch (RuntimeException | OutOfMemoryError e) {
            LOG.warn("A socket could not be told what happened, and is closed", e);
            socket.outbox.end(Close.RESTART);
        }
    }

    /** The socket was written to and is flushed behind what the loop has been given to do so far. */
    void dirty(Socket socket) {
        dirty.add(socket);
        if (!flushing) {
            flushing = true;
            loop.execute(this::flush);
        }
    }

    private void flush() {
        flushing = false;
        for (int i = 0; i < dirty.size(); i++) {
            tell(dirty.get(i), socket -> socket.outbox.flush());
        }
        dirty.clear();
    }

    private static void put(LongObjectHashMap<List<Socket>> index, long key, Socket socket) {
        List<Socket> sockets = index.get(key);
        if (sockets == null) {
            sockets = new ArrayList<>(2);
            index.put(key, sockets);
        }
        sockets.add(socket);
    }

    private static void take(LongObjectHashMap<List<Socket>> index, long key, Socket socket) {
        List<Socket> sockets = index.get(key);
        if (sockets != null && sockets.remove(socket) && sockets.isEmpty()) {
            index.remove(key);
        }
    }
}
