package dev.parley.socketio;

import java.io.InputStream;
import java.util.List;
import java.util.function.LongConsumer;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.annotation.JsonInclude;

import dev.parley.account.Tokens;
import dev.parley.dialect.ChatMessage;
import dev.parley.message.MessageView;
import dev.parley.message.Post.Posted;
import dev.parley.problem.Code;
import dev.parley.problem.Problem;
import dev.parley.problem.Refusal;
import dev.parley.rate.Buckets;
import dev.parley.relay.Sending;
import dev.parley.relay.SharedText;
import dev.parley.relay.Turns;
import dev.parley.room.Event;
import dev.parley.room.Viewer;
import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * A client whose user is known: obeyed in the order of its events, and told what happens in its user's conversations but
 * for those it left. Used on the session's event loop alone.
 */
final class SignedIn {

    /** Characters: parsing what is longer would keep an event loop from others. */
    private static final int LONG = 64 * 1024;

    final long userId;
    /** How often all sessions of the user had been ended when the token was issued. */
    final int sessions;
    private final EngineSession engine;
    private final ClientTools tools;
    private final Buckets<Long>.Bucket frames;
    private final Turns turns;
    private boolean here = true;
    private final LeftConversations away = new LeftConversations();

    SignedIn(Tokens.Verified who, EngineSession engine, ClientTools tools) {
        this.userId = who.userId();
        this.sessions = who.sessions();
        this.engine = engine;
        this.tools = tools;
        this.frames = tools.rate.of(userId);
        this.turns = new Turns(engine::run, tools.blocking, tools.sockets.inFlight(), () -> true, engine::reading);
    }

    /** An acknowledgement: what was done, of a post with the message. */
    @RegisterForReflection
    record Done(boolean success, @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable ChatMessage message) {
    }

    /** An acknowledgement: why it was not done. */
    @RegisterForReflection
    record Refused(boolean success, Problem error,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Integer retryAfter) {
    }

    /** The {@code error} event, for who asked for no acknowledgement. */
    @RegisterForReflection
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record ErrorEvent(String message, String detail, int status, String code, @Nullable String localTempId,
            @Nullable Integer retryAfter) {
    }

    void left() {
        here = false;
        engine.shard.remove(this);
        tools.typing.left(this);
        tools.online.went(userId);
    }

    void sendAway() {
        engine.close("It missed something");
    }

    /** Its token has expired, or is void. */
    void expire() {
        error(new Refusal(Code.NOT_AUTHENTICATED, "Token expired"), null);
        engine.close("Token expired");
    }

    // ---- what it hears

    void hear(Broadcast broadcast) {
        Event event = broadcast.event;
        long room = event.roster().roomId();
        if (here && event instanceof Event.Changed && !event.roster().has(userId)) {
            away.forget(room);
        }
        if (here && (event instanceof Event.Changed || away.hears(room, event.version()))) {
            if (event.personal()) {
                engine.send(broadcast.packet(userId));
            } else {
                engine.send(broadcast.packet);
            }
        }
    }

    /** What is worth nothing later. */
    void hear(SharedText packet) {
        if (here) {
            engine.sendUnlessSlow(packet);
        }
    }

    void hearTyping(long room, long who, SharedText packet) {
        if (here && who != userId && !away.isLeft(room)) {
            engine.sendUnlessSlow(packet);
        }
    }

    // ---- what it asks for

    void take(Packet packet, List<InputStream> attachments, int size) {
        int wait = frames.take();
        if (wait > 0) {
            refuse(packet.id(), new Refusal(Code.TOO_MANY_REQUESTS, Code.TOO_MANY_REQUESTS.sentence, wait),
                    packet.id() == null ? label(packet, attachments) : null);
            return;
        }
        turns.take(() -> obey(packet, attachments), size);
    }

    /** Of an event that is not obeyed; in a long one it is not looked for. */
    private static @Nullable String label(Packet packet, List<InputStream> attachments) {
        if (packet.data().length() > LONG) {
            return null;
        }
        EventReader reader = new EventReader(packet.data(), attachments);
        try {
            reader.read();
        } catch (Refusal unread) {
            // As far as it goes.
        }
        return reader.localTempId();
    }

    private void obey(Packet packet, List<InputStream> attachments) {
        EventReader reader = new EventReader(packet.data(), attachments);
        if (packet.data().length() > LONG) {
            turns.offload(() -> {
                Incoming event = reader.read();
                return () -> obey(event, packet.id());
            }, refusal -> refuse(packet.id(), refusal, reader.localTempId()));
            return;
        }
        Incoming event;
        try {
            event = reader.read();
        } catch (Refusal refusal) {
            refuse(packet.id(), refusal, reader.localTempId());
            return;
        }
        obey(event, packet.id());
    }

    private void obey(Incoming event, @Nullable String ack) {
        switch (event) {
            case Incoming.Send send -> send(send, ack);
            case Incoming.Join join -> inRoom(join.conversationId(), ack,
                    version -> away.joined(join.conversationId(), version));
            case Incoming.Leave leave -> inRoom(leave.conversationId(), ack, version -> {
                away.left(leave.conversationId(), version);
                tools.typing.left(this, leave.conversationId());
            });
            case Incoming.Typing typing -> typing(typing, ack);
            case Incoming.Read read ->
                turns.begin(tools.posting.markRead(read.conversationId(), userId, read.seq()),
                        receipt -> engine.run(() -> done(ack, null)), refusal -> refuseLater(ack, refusal, null));
        }
    }

    /** @param then given the room's version, behind all that this client has said in it */
    private void inRoom(long room, @Nullable String ack, LongConsumer then) {
        turns.whenAnswered(() -> turns.offload(() -> {
            long version = tools.access.requireMember(userId, room).version();
            return () -> {
                then.accept(version);
                done(ack, null);
            };
        }, refusal -> refuse(ack, refusal, null)));
    }

    private void typing(Incoming.Typing typing, @Nullable String ack) {
        if (tools.typing.setIfKnown(this, userId, typing.conversationId(), typing.isTyping())) {
            done(ack, null);
            return;
        }
        turns.offload(() -> {
            tools.typing.set(this, userId, typing.conversationId(), typing.isTyping());
            return () -> done(ack, null);
        }, refusal -> refuse(ack, refusal, null));
    }

    private void send(Incoming.Send send, @Nullable String ack) {
        if (send.message().files().isEmpty()) {
            post(tools.sending.ready(send.message(), userId, send.conversationId()), ack);
            return;
        }
        turns.offload(() -> {
            post(tools.sending.prepare(send.message(), userId, send.conversationId(), tools.files), ack);
            return () -> {
            };
        }, refusal -> refuse(ack, refusal, send.message().localTempId()));
    }

    private void post(Sending.Ready ready, @Nullable String ack) {
        String label = ready.send().localTempId();
        turns.begin(tools.sending.post(ready), posted -> {
            if (ack != null || posted.replayed() || away.isLeft(ready.roomId())) {
                tools.blocking.execute(() -> acknowledge(posted, ack, label));
            }
        }, refusal -> refuseLater(ack, refusal, label));
    }

    /** With the message; for who asks for no acknowledgement, by the event that they missed or do not hear. */
    private void acknowledge(Posted posted, @Nullable String ack, @Nullable String label) {
        try {
            Object data = tools.history.acknowledgement(posted, new Viewer(userId, ""), label).data();
            ChatMessage message = ChatMessage.of((MessageView) data);
            engine.run(() -> {
                if (ack == null && here) {
                    engine.send(tools.json.event("new_message", message));
                } else {
                    done(ack, message);
                }
            });
        } catch (RuntimeException e) {
            refuseLater(ack, Turns.refusal(e), label);
        }
    }

    private void done(@Nullable String ack, @Nullable ChatMessage message) {
        if (ack != null && here) {
            engine.send(tools.json.acknowledgement(ack, new Done(true, message)));
        }
    }

    private void refuseLater(@Nullable String ack, Refusal refusal, @Nullable String label) {
        engine.run(() -> refuse(ack, refusal, label));
    }

    private void refuse(@Nullable String ack, Refusal refusal, @Nullable String label) {
        if (ack != null && here) {
            engine.send(tools.json.acknowledgement(ack,
                    new Refused(false, Problem.of(refusal.code, refusal.detail()), seconds(refusal))));
        } else if (here) {
            error(refusal, label);
        }
    }

    void error(Refusal refusal, @Nullable String label) {
        engine.send(tools.json.event("error", new ErrorEvent(refusal.detail(), refusal.detail(), refusal.code.status,
                refusal.code.id(), label, seconds(refusal))));
    }

    private static @Nullable Integer seconds(Refusal refusal) {
        return refusal.retryAfter > 0 ? refusal.retryAfter : null;
    }
}
