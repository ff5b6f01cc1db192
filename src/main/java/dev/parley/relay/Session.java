package dev.parley.relay;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.annotation.JsonInclude;

import dev.parley.account.Profile;
import dev.parley.attachment.Attachment;
import dev.parley.attachment.Base64Input;
import dev.parley.message.Draft;
import dev.parley.message.Frame;
import dev.parley.message.History.Replay;
import dev.parley.message.MessageType;
import dev.parley.message.Post;
import dev.parley.problem.Code;
import dev.parley.problem.Refusal;
import dev.parley.room.RoomAccess.Membership;
import dev.parley.room.Roster;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * A socket's commands, obeyed in the order they came. Posts and receipts are queued and awaited by nobody; what may
 * block runs on a virtual thread while later commands wait. When too many wait, no more is read from the network.
 */
final class Session {

    private static final Logger LOG = Logger.getLogger(Session.class);

    final Socket socket;
    Future<?> expiry;
    /** Characters: one frame with files may be obeyed while little else waits. */
    private static final long MOST_HELD = 1 << 20;
    private final Channel channel;
    private final EventLoop loop;
    private final SessionTools tools;
    private final AtomicLong arrivals;
    private final Deque<Queued> waiting = new ArrayDeque<>();
    /** Posts and receipts that the writer has not answered. */
    private final AtomicInteger inFlight = new AtomicInteger();
    /** Characters of the frames that wait or are being obeyed. */
    private long held;
    private long obeyed;
    private boolean busy;
    private volatile boolean paused;
    /** What waits for the writer to have answered all that is in flight. */
    private volatile @Nullable Runnable afterwards;

    Session(Socket socket, Channel channel, SessionTools tools) {
        this.socket = socket;
        this.channel = channel;
        this.loop = channel.eventLoop();
        this.tools = tools;
        this.arrivals = tools.rate.of(socket.viewer.userId());
    }

    /** A command and how many characters its frame has, which it may hold on to. */
    private record Queued(Command command, int size) {
    }

    /** Flat, as in document 004. */
    @RegisterForReflection
    record ErrorFrame(String type, String message, String code,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String localTempId) {
    }

    /** @param resumed whether everything since was replayed */
    @RegisterForReflection
    record Joined(long roomId, long lastSeq, long version, boolean resumed) {
    }

    void receive(String text) {
        if (socket.isEnding()) {
            return;
        }
        if (!tools.rate.allows(arrivals)) {
            error(new Refusal(Code.TOO_MANY_REQUESTS), null);
            return;
        }
        Command command;
        try {
            command = CommandParser.parse(text);
        } catch (CommandParser.Bad bad) {
            error(bad.refusal, bad.localTempId);
            return;
        }
        take(new Queued(command, text.length()));
    }

    /** The room named in the address; an id that is none is a room that does not exist. */
    void join(String roomId) {
        try {
            take(new Queued(new Command.Join(Long.parseLong(roomId), null), 0));
        } catch (NumberFormatException e) {
            error(new Refusal(Code.ROOM_NOT_FOUND), null);
        }
    }

    /** The rooms of an inbox as the rows have them, since they may have changed between the handshake and now. */
    void refreshRooms() {
        int seen = socket.roomChanges();
        offload(() -> {
            long[] rooms = tools.access.roomsOf(socket.viewer.userId());
            return () -> {
                if (socket.roomChanges() == seen) {
                    socket.enterOnly(rooms);
                } else {
                    refreshRooms();
                }
            };
        }, null);
    }

    private void take(Queued queued) {
        held += queued.size;
        waiting.add(queued);
        next();
        if (!paused && (waiting.size() + inFlight.get() >= tools.settings.inFlight() || held > MOST_HELD)) {
            paused = true;
            channel.config().setAutoRead(false);
            // The writer may have answered all of them just before it could see that this is paused.
            readOn();
        }
    }

    private void next() {
        while (!busy && !waiting.isEmpty()) {
            Queued queued = waiting.poll();
            obey(queued.command);
            if (busy) {
                obeyed = queued.size;
            } else {
                held -= queued.size;
            }
        }
        readOn();
    }

    /** What was offloaded is done. */
    private void free() {
        busy = false;
        held -= obeyed;
        obeyed = 0;
    }

    private void readOn() {
        if (paused && waiting.size() + inFlight.get() < tools.settings.inFlight() / 2 + 1 && held <= MOST_HELD) {
            paused = false;
            channel.config().setAutoRead(true);
        }
    }

    /**
     * Rooms change only when all that was posted before is answered: so a post is acknowledged by the room it was heard
     * in, and never falls between two rooms.
     */
    private void whenAnswered(Runnable then) {
        busy = true;
        afterwards = then;
        answered();
    }

    private void answered() {
        readOn();
        Runnable then = afterwards;
        if (then != null && inFlight.get() == 0) {
            afterwards = null;
            busy = false;
            if (socket.open) {
                then.run();
            }
            if (!busy) {
                free();
                next();
            }
        }
    }

    private void obey(Command command) {
        long user = socket.viewer.userId();
        switch (command) {
            case Command.Send send -> send(send);
            case Command.Read read -> {
                inFlight.incrementAndGet();
                tools.posting.markRead(read.roomId(), user, read.seq()).whenComplete((receipt, failure) -> {
                    if (failure != null) {
                        loop.execute(() -> error(refusal(failure), null));
                    }
                    settled();
                });
            }
            case Command.Typing typing -> typing(typing);
            case Command.Join join -> whenAnswered(() -> offload(() -> joining(join), null));
            case Command.Leave leave -> whenAnswered(() -> {
                tools.typing.left(user, socket.room());
                socket.leave();
                refreshRooms();
            });
            case Command.Ping ping -> write(tools.relay.text(new Pong("pong")));
        }
    }

    @RegisterForReflection
    record Pong(String type) {
    }

    private void typing(Command.Typing typing) {
        long user = socket.viewer.userId();
        Roster known = tools.rosters.cached(typing.roomId());
        Profile who = tools.users.cached(user);
        if (known != null && known.has(user) && who != null) {
            tools.typing.set(user, who.name(), typing.roomId(), typing.isTyping(), loop);
            return;
        }
        offload(() -> {
            tools.access.requireMember(user, typing.roomId());
            tools.rosters.of(typing.roomId());
            String name = tools.users.get(user).name();
            return () -> tools.typing.set(user, name, typing.roomId(), typing.isTyping(), loop);
        }, null);
    }

    private void send(Command.Send send) {
        Long room = send.roomId() != null ? send.roomId()
                : send.receiverId() == null && socket.room() != 0 ? (Long) socket.room()
                        : null;
        if (room != null && send.files().isEmpty()) {
            post(send, room, send.attachmentIds(), send.attachmentIds().stream().map(UUID::toString).toList());
        } else if (room == null && send.receiverId() == null) {
            error(new Refusal(Code.BAD_REQUEST, "room_id is missing"), send.localTempId());
        } else {
            offload(() -> prepared(send, room), send.localTempId());
        }
    }

    /** Opens the direct room and stores the files of a frame, before the post itself is queued. */
    private Runnable prepared(Command.Send send, @Nullable Long known) {
        long user = socket.viewer.userId();
        if (known != null) {
            tools.access.requireMember(user, known);
        }
        List<UUID> files = new ArrayList<>(send.attachmentIds());
        List<String> fingerprints = new ArrayList<>(files.stream().map(UUID::toString).toList());
        List<UUID> stored = new ArrayList<>();
        long room;
        try {
            if (files.size() + send.files().size() > 10) {
                throw new Refusal(Code.TOO_MANY_FILES);
            }
            for (Command.InlineFile file : send.files()) {
                Attachment attachment = tools.uploads.receive(user, new Base64Input(file.base64()), file.name(),
                        file.duration());
                stored.add(attachment.id);
                fingerprints.add(tools.uploads.fingerprint(attachment));
            }
            files.addAll(stored);
            // A message that is refused opens no room.
            draft(send, 0, files, fingerprints);
            room = known != null ? known : tools.rooms.openDirect(user, send.receiverId()).roomId();
        } catch (RuntimeException e) {
            tools.uploads.discard(stored);
            throw e;
        }
        return () -> post(send, room, files, fingerprints);
    }

    private void post(Command.Send send, long room, List<UUID> files, List<String> fingerprints) {
        Draft draft;
        try {
            draft = draft(send, room, files, fingerprints);
        } catch (Refusal refusal) {
            error(refusal, send.localTempId());
            discard(send, files);
            return;
        }
        inFlight.incrementAndGet();
        tools.posting.post(draft).whenComplete((posted, failure) -> {
            if (failure != null) {
                loop.execute(() -> error(refusal(failure), send.localTempId()));
                discard(send, files);
            } else if (posted.replayed()) {
                discard(send, files);
                acknowledge(posted, send.localTempId());
            } else if (!socket.hears(room)) {
                acknowledge(posted, send.localTempId());
            }
            settled();
        });
    }

    private Draft draft(Command.Send send, long room, List<UUID> files, List<String> fingerprints) {
        return new Draft(room, socket.viewer.userId(), send.content(), MessageType.of(send.messageType()), send.replyTo(),
                send.localTempId(), send.idempotencyKey(), files, fingerprints);
    }

    /** What came within a frame and was stored for a message that did not come to be. */
    private void discard(Command.Send send, List<UUID> files) {
        List<UUID> inline = files.subList(send.attachmentIds().size(), files.size());
        if (!inline.isEmpty()) {
            tools.blocking.execute(() -> tools.uploads.discard(inline));
        }
    }

    private void acknowledge(Post.Posted posted, @Nullable String label) {
        tools.blocking.execute(() -> {
            try {
                Frame frame = tools.history.acknowledgement(posted, socket.viewer, label);
                loop.execute(() -> write(tools.relay.text(frame.type(), frame.data())));
            } catch (RuntimeException e) {
                loop.execute(() -> error(refusal(e), label));
            }
        });
    }

    /** On any thread: the writer has answered one of ours. */
    private void settled() {
        int left = inFlight.decrementAndGet();
        if (paused || left == 0 && afterwards != null) {
            loop.execute(this::answered);
        }
    }

    private Runnable joining(Command.Join join) {
        Membership before = tools.access.requireMember(socket.viewer.userId(), join.roomId());
        // Live frames are held from here on, before the snapshot is read: none can fall between the two.
        CompletableFuture.runAsync(() -> {
            tools.typing.left(socket.viewer.userId(), socket.room());
            socket.hold(join.roomId());
        }, loop).join();
        try {
            if (join.since() == null || join.since() > before.version()) {
                Membership now = tools.access.requireMember(socket.viewer.userId(), join.roomId());
                return () -> joined(join.roomId(), List.of(), now.lastSeq(), now.version(), false);
            }
            Replay replay = tools.history.replay(socket.viewer, join.roomId(), join.since(), tools.settings.replay());
            if (!replay.complete()) {
                Membership now = tools.access.requireMember(socket.viewer.userId(), join.roomId());
                return () -> joined(join.roomId(), List.of(), now.lastSeq(), now.version(), false);
            }
            return () -> joined(join.roomId(), replay.frames(), replay.lastSeq(), replay.version(), true);
        } catch (RuntimeException e) {
            loop.execute(socket::leave);
            throw e;
        }
    }

    private void joined(long room, List<Frame> missed, long lastSeq, long version, boolean resumed) {
        if (socket.room() != room) {
            // Removed from the room while it was joining; the room_update has said so.
            error(new Refusal(Code.ROOM_NOT_FOUND), null);
            return;
        }
        for (Frame frame : missed) {
            write(tools.relay.text(frame.type(), frame.data()));
        }
        write(tools.relay.text("joined", new Joined(room, lastSeq, version, resumed)));
        socket.joined(version);
    }

    private interface Blocking {
        /** @return what to do on the event loop afterwards */
        Runnable run() throws Exception;
    }

    private void offload(Blocking work, @Nullable String label) {
        busy = true;
        tools.blocking.execute(() -> {
            Runnable after;
            try {
                after = work.run();
            } catch (Exception e) {
                after = () -> error(refusal(e), label);
            }
            Runnable then = after;
            loop.execute(() -> {
                free();
                if (socket.open) {
                    then.run();
                }
                next();
            });
        });
    }

    private void error(Refusal refusal, @Nullable String label) {
        write(tools.relay.text(new ErrorFrame("error", refusal.detail(), refusal.code.id(), label)));
    }

    private void write(ByteBuf frame) {
        socket.write(frame, false);
        frame.release();
    }

    private static Refusal refusal(Throwable failure) {
        Throwable cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof Refusal refusal) {
            return refusal;
        }
        LOG.error("A frame could not be obeyed", cause);
        return new Refusal(Code.INTERNAL);
    }
}
