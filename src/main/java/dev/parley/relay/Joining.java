package dev.parley.relay;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import dev.parley.message.Frame;
import dev.parley.message.History.Replay;
import dev.parley.problem.Code;
import dev.parley.problem.Refusal;
import dev.parley.room.RoomAccess.Membership;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.quarkus.runtime.annotations.RegisterForReflection;

/** How a socket comes to hear a room: first what it missed there, then what is live, with nothing between and nothing twice. */
final class Joining {

    /** Times what may wait for a socket. */
    private static final int LONGEST_REPLAY = 8;

    private final Session session;
    private final Socket socket;
    private final EventLoop loop;
    private final SessionTools tools;

    Joining(Session session, EventLoop loop, SessionTools tools) {
        this.session = session;
        this.socket = session.socket;
        this.loop = loop;
        this.tools = tools;
    }

    /** @param resumed whether everything since was replayed */
    @RegisterForReflection
    record Joined(long roomId, long lastSeq, long version, boolean resumed) {
    }

    /**
     * Reads what was missed, while what happens meanwhile is held. Blocks.
     *
     * @return what is to be said of it, on the event loop
     * @throws Refusal to whoever is not in the room
     */
    Runnable begin(Command.Join join) {
        Membership before = tools.access.requireMember(socket.viewer.userId(), join.roomId());
        // Live frames are held from here on, before the snapshot is read: none can fall between the two.
        CompletableFuture.runAsync(() -> {
            tools.typing.joined(session, join.roomId());
            socket.hold(join.roomId());
        }, loop).join();
        try {
            if (join.since() == null || join.since() > before.version()) {
                Membership now = tools.access.requireMember(socket.viewer.userId(), join.roomId());
                return () -> end(join.roomId(), List.of(), now.lastSeq(), now.version(), false);
            }
            Replay replay = tools.history.replay(socket.viewer, join.roomId(), join.since(), tools.settings.replay());
            if (!replay.complete()) {
                Membership now = tools.access.requireMember(socket.viewer.userId(), join.roomId());
                return () -> end(join.roomId(), List.of(), now.lastSeq(), now.version(), false);
            }
            return () -> end(join.roomId(), replay.frames(), replay.lastSeq(), replay.version(), true);
        } catch (RuntimeException e) {
            loop.execute(socket::leave);
            throw e;
        }
    }

    private void end(long room, List<Frame> missed, long lastSeq, long version, boolean resumed) {
        if (socket.room() != room) {
            // Removed from the room while it was joining; the room_update has said so.
            session.error(new Refusal(Code.ROOM_NOT_FOUND));
            return;
        }
        boolean fits = replay(missed);
        session.write(tools.relay.text("joined", new Joined(room, lastSeq, version, resumed && fits)));
        socket.joined(version);
    }

    /** Writes all of it, or nothing of what is too long. */
    private boolean replay(List<Frame> missed) {
        List<ByteBuf> frames = new ArrayList<>(missed.size());
        try {
            long bytes = socket.outbox.waiting();
            for (Frame frame : missed) {
                ByteBuf text = tools.relay.text(frame.type(), frame.data());
                frames.add(text);
                bytes += text.readableBytes();
                if (bytes > LONGEST_REPLAY * socket.outbox.mostBytes()) {
                    return false;
                }
            }
            socket.outbox.allow(bytes);
            frames.forEach(frame -> socket.write(frame, false));
            return true;
        } finally {
            frames.forEach(ByteBuf::release);
        }
    }
}
