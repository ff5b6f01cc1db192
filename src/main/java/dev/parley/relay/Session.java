package dev.parley.relay;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.annotation.JsonInclude;

import dev.parley.message.Frame;
import dev.parley.message.MessageView;
import dev.parley.message.Post;
import dev.parley.problem.Code;
import dev.parley.problem.Refusal;
import dev.parley.rate.Buckets;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.quarkus.runtime.annotations.RegisterForReflection;

/** A socket's commands, and what its user is told of them. */
final class Session {

    /** A message that took nothing of the budget. */
    private static final Runnable SMALL = () -> {
    };

    final Socket socket;
    Future<?> expiry;
    private final EventLoop loop;
    private final FrameGate gate;
    private final SessionTools tools;
    private final Buckets<Long>.Bucket frames;
    private final Turns turns;
    private final Joining joining;
    /** Whether something was posted since its own posts were last waited for. */
    private volatile boolean posted;

    Session(Socket socket, EventLoop loop, FrameGate gate, SessionTools tools) {
        this.socket = socket;
        this.loop = loop;
        this.gate = gate;
        this.tools = tools;
        this.frames = tools.rate.of(socket.viewer.userId());
        this.turns = new Turns(loop, tools.blocking, tools.settings.inFlight(), () -> socket.open,
                gate::reading);
        this.joining = new Joining(this, loop, tools);
    }

    /**
     * Flat, as in document 004.
     *
     * @param retryAfter seconds
     */
    @RegisterForReflection
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record ErrorFrame(String type, String message, String code, @Nullable String localTempId,
            @Nullable Integer retryAfter) {
    }

    void receive(String text) {
        FrameBudget.Hold large = gate.next();
        Command command = read(text);
        if (command != null) {
            turns.take(() -> obey(command), text.length(), large == null ? SMALL : large::release);
        } else if (large != null) {
            large.release();
        }
    }

    /** Null when it is refused. */
    private @Nullable Command read(String text) {
        if (socket.isEnding()) {
            return null;
        }
        int wait = frames.take();
        if (wait > 0) {
            error(new Refusal(Code.TOO_MANY_REQUESTS, Code.TOO_MANY_REQUESTS.sentence, wait),
                    CommandParser.label(text));
            return null;
        }
        try {
            return CommandParser.parse(text);
        } catch (CommandParser.Bad bad) {
            error(bad.refusal, bad.localTempId);
            return null;
        } catch (RuntimeException fault) {
            error(Turns.refusal(fault));
            return null;
        }
    }

    /** The room named in the address; an id that is none is a room that does not exist. */
    void join(String roomId) {
        try {
            Command.Join join = new Command.Join(Long.parseLong(roomId), null);
            turns.take(() -> obey(join), 0);
        } catch (NumberFormatException e) {
            error(new Refusal(Code.ROOM_NOT_FOUND), null);
        }
    }

    /** The rooms of an inbox as the rows have them, since they may have changed between the handshake and now. */
    void refreshRooms() {
        int seen = socket.roomChanges();
        turns.offload(() -> {
            long[] rooms = tools.access.roomsOf(socket.viewer.userId());
            return () -> {
                if (socket.roomChanges() == seen) {
                    socket.enterOnly(rooms);
                } else {
                    refreshRooms();
                }
            };
        }, this::error);
    }

    private void obey(Command command) {
        long user = socket.viewer.userId();
        switch (command) {
            case Command.Send send -> send(send);
            case Command.Read read ->
                turns.begin(tools.posting.markRead(read.roomId(), user, read.seq()), receipt -> {
                }, refusal -> loop.execute(() -> error(refusal)));
            case Command.Typing typing -> typing(typing);
            case Command.Join join -> turns.whenAnswered(() -> turns.offload(() -> {
                hearOwn();
                joining.join(join);
                return () -> {
                };
            }, this::error));
            case Command.Leave leave -> turns.whenAnswered(this::leaveRoom);
            case Command.Ping ping -> write(tools.relay.text(new Pong("pong")));
        }
    }

    /** Behind what is still to be told of the room: what was replayed of it would be heard again, as an inbox. */
    private void leaveRoom() {
        long room = socket.room();
        long version = socket.joinedVersion();
        turns.offload(() -> {
            hearOwn();
            tools.commits.awaitAnnounced(room, version);
            return this::leave;
        }, this::error);
    }

    /**
     * What was posted is acknowledged by its room, which may be later than its commit: then whoever moves on at once must
     * not miss it. Blocks.
     */
    private void hearOwn() {
        if (posted) {
            posted = false;
            tools.commits.awaitAnnounced();
        }
    }

    private void leave() {
        tools.typing.left(this);
        socket.leave();
        refreshRooms();
    }

    @RegisterForReflection
    record Pong(String type) {
    }

    private void typing(Command.Typing typing) {
        long user = socket.viewer.userId();
        if (!tools.typing.setIfKnown(this, user, typing.roomId(), typing.isTyping())) {
            turns.offload(() -> {
                tools.typing.set(this, user, typing.roomId(), typing.isTyping());
                return () -> {
                };
            }, this::error);
        }
    }

    private void send(Command.Send send) {
        long user = socket.viewer.userId();
        Long room = send.roomId() != null ? send.roomId()
                : send.receiverId() == null && socket.room() != 0 ? (Long) socket.room()
                        : null;
        if (room != null && send.files().isEmpty()) {
            post(tools.sending.ready(send, user, room));
        } else if (room == null && send.receiverId() == null) {
            error(new Refusal(Code.BAD_REQUEST, "room_id is missing"), send.localTempId());
        } else {
            turns.offload(() -> {
                // Here, not afterwards: said even when its sender has gone meanwhile, and no file is left over.
                post(tools.sending.prepare(send, user, room, tools.limits.allowance()));
                return () -> {
                };
            }, refusal -> error(refusal, send.localTempId()));
        }
    }

    private void post(Sending.Ready ready) {
        String label = ready.send().localTempId();
        posted = true;
        turns.begin(tools.sending.post(ready).thenCompose(post -> post.replayed() || !socket.hears(ready.roomId())
                ? CompletableFuture.runAsync(() -> acknowledge(post, label), tools.blocking)
                : CompletableFuture.completedFuture(null)), acknowledged -> {
                }, refusal -> loop.execute(() -> error(refusal, label)));
    }

    /** Blocks. */
    private void acknowledge(Post.Posted posted, @Nullable String label) {
        Frame frame = tools.history.acknowledgement(posted, socket.viewer, label);
        if (posted.replayed() && frame.data() instanceof MessageView message) {
            tools.commits.awaitAnnounced(message.roomId(), message.version());
        }
        loop.execute(() -> write(tools.relay.text(frame.type(), frame.data())));
    }

    void error(Refusal refusal) {
        error(refusal, null);
    }

    private void error(Refusal refusal, @Nullable String label) {
        write(tools.relay.text(new ErrorFrame("error", refusal.detail(), refusal.code.id(), label,
                refusal.retryAfter > 0 ? refusal.retryAfter : null)));
    }

    void write(ByteBuf frame) {
        socket.write(frame, false);
        frame.release();
    }
}
