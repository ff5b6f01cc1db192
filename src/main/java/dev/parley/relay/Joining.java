package dev.parley.relay;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

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
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

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
     * Reads what was missed, while what happens meanwhile is held, and hands it over. Blocks.
     *
     * @throws Refusal to whoever is not in the room
     */
    void join(Command.Join join) throws InterruptedException {
        long user = socket.viewer.userId();
        Membership before = tools.access.requireMember(user, join.roomId());
        Long since = join.since();
        // Without a turn in time it is as if too much was missed: the client reads pages.
        boolean turn = since != null && since <= before.version() && tools.replays.begin(user, LONGEST_WAIT);
        try {
            join(join.roomId(), turn ? since : null);
        } catch (Throwable e) {
            boolean stranger = e instanceof Refusal refusal && refusal.code == Code.ROOM_NOT_FOUND;
            // What happened meanwhile in the rooms that it heard before has gone by.
            loop.execute(stranger ? socket::leave : () -> socket.outbox.end(Close.RESTART));
            throw e;
        } finally {
            if (turn) {
                tools.replays.end(user);
            }
        }
    }

    private void join(long room, @Nullable Long since) {
        // Live frames are held from here on, before the snapshot is read: none can fall between the two.
        boolean open = CompletableFuture.supplyAsync(() -> {
            tools.typing.joined(session, room);
            return socket.hold(room);
        }, loop).join();
        if (!open) {
            // It was closed while it waited.
            return;
        }
        long most = LONGEST_REPLAY * socket.outbox.mostBytes();
        Replay replay = since == null ? null
                : tools.history.replay(socket.viewer, room, since, tools.settings.replay(), most);
        List<ByteBuf> missed = new ArrayList<>();
        try {
            if (replay != null && replay.complete() && render(replay.frames(), missed, most)) {
                onLoop(() -> end(missed, new Joined(room, replay.lastSeq(), replay.version(), true)));
            } else {
                Membership now = tools.access.requireMember(socket.viewer.userId(), room);
                onLoop(() -> end(List.of(), new Joined(room, now.lastSeq(), now.version(), false)));
            }
        } finally {
            missed.forEach(ByteBuf::release);
        }
    }

    /** False when it is too long, with what else waits. */
    private boolean render(List<Frame> frames, List<ByteBuf> texts, long most) {
        long bytes = socket.outbox.waiting();
        for (Frame frame : frames) {
            ByteBuf text = tools.relay.text(frame.type(), frame.data());
            texts.add(text);
            bytes += text.readableBytes();
            if (bytes > most) {
                return false;
            }
        }
        return true;
    }

    private void end(List<ByteBuf> missed, Joined joined) {
        if (socket.room() != joined.roomId) {
            // Removed from the room while it was joining; the room_update has said so.
            session.error(new Refusal(Code.ROOM_NOT_FOUND));
            return;
        }
        socket.outbox.allow(socket.outbox.waiting() + missed.stream().mapToLong(ByteBuf::readableBytes).sum());
        missed.forEach(frame -> socket.write(frame, false));
        session.write(tools.relay.text("joined", joined));
        socket.joined(joined.version);
    }

    private void onLoop(Runnable task) {
        CompletableFuture.runAsync(task, loop).join();
    }
}
