package dev.parley.socketio;

import java.io.InputStream;
import java.util.List;
import java.util.function.LongConsumer;

import org.jspecify.annotations.Nullable;

import dev.parley.account.Tokens;
import dev.parley.dialect.ChatMessage;
import dev.parley.message.MessageView;
import dev.parley.message.Post.Posted;
import dev.parley.problem.Code;
import dev.parley.problem.Refusal;
import dev.parley.rate.Buckets;
import dev.parley.relay.Sending;
import dev.parley.relay.SharedText;
import dev.parley.relay.Turns;
import dev.parley.room.Event;
import dev.parley.room.Viewer;

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
    final Replies replies;
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
        this.replies = new Replies(engine, tools.json, () -> here);
        this.turns = new Turns(engine::run, tools.blocking, tools.sockets.inFlight(), () -> true, engine::reading);
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
        replies.error(new Refusal(Code.NOT_AUTHENTICATED, "Token expired"), null);
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
            replies.refuse(packet.id(), new Refusal(Code.TOO_MANY_REQUESTS, Code.TOO_MANY_REQUESTS.sentence, wait),
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
            }, refusal -> replies.refuse(packet.id(), refusal, reader.localTempId()));
            return;
        }
        Incoming event;
        try {
            event = reader.read();
        } catch (Refusal refusal) {
            replies.refuse(packet.id(), refusal, reader.localTempId());
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
                        receipt -> engine.run(() -> replies.done(ack, null)),
                        refusal -> replies.refuseLater(ack, refusal, null));
        }
    }

    /** @param then given the room's version, behind all that this client has said in it */
    private void inRoom(long room, @Nullable String ack, LongConsumer then) {
        turns.whenAnswered(() -> turns.offload(() -> {
            long version = tools.access.requireMember(userId, room).version();
            return () -> {
                then.accept(version);
                replies.done(ack, null);
            };
        }, refusal -> replies.refuse(ack, refusal, null)));
    }

    private void typing(Incoming.Typing typing, @Nullable String ack) {
        if (tools.typing.setIfKnown(this, userId, typing.conversationId(), typing.isTyping())) {
            replies.done(ack, null);
            return;
        }
        turns.offload(() -> {
            tools.typing.set(this, userId, typing.conversationId(), typing.isTyping());
            return () -> replies.done(ack, null);
        }, refusal -> replies.refuse(ack, refusal, null));
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
        }, refusal -> replies.refuse(ack, refusal, send.message().localTempId()));
    }

    private void post(Sending.Ready ready, @Nullable String ack) {
        String label = ready.send().localTempId();
        turns.begin(tools.sending.post(ready), posted -> {
            if (ack != null || posted.replayed() || away.isLeft(ready.roomId())) {
                tools.blocking.execute(() -> acknowledge(posted, ack, label));
            }
        }, refusal -> replies.refuseLater(ack, refusal, label));
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
                    replies.done(ack, message);
                }
            });
        } catch (RuntimeException e) {
            replies.refuseLater(ack, Turns.refusal(e), label);
        }
    }
}
