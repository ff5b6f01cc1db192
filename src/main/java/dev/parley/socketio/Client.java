package dev.parley.socketio;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.core.JsonToken;

import dev.parley.account.Tokens;
import dev.parley.problem.Code;
import dev.parley.problem.Problem;
import dev.parley.problem.Refusal;
import dev.parley.relay.FieldReader;
import dev.parley.relay.Turns;

/**
 * Somebody at the other end of a session, who says who it is and then speaks in events: Socket.IO, protocol 5, with the
 * one namespace {@code /}. Used on the session's event loop alone.
 */
final class Client {

    private static final long NO_TIMER = -1;

    private final EngineSession engine;
    private final ClientTools tools;
    /** Of the handshake's request, which counts when none comes with the packet. */
    private final @Nullable String token;
    private final Reconstructor packets;
    private @Nullable SignedIn user;
    private boolean connecting;
    private long deadline = NO_TIMER;

    Client(EngineSession engine, ClientTools tools, @Nullable String token) {
        this.engine = engine;
        this.tools = tools;
        this.token = token;
        packets = new Reconstructor(engine, tools, this::packet);
    }

    void opened(EngineSession.Opening opening) {
        engine.send(tools.json.opening(opening));
        awaitConnect();
    }

    private void awaitConnect() {
        deadline = tools.timer(tools.settings.connectTimeout(), () -> engine.close("Nobody connected"));
    }

    // ---- what it says

    void message(String text) {
        packets.text(text);
    }

    void binary(InputStream bytes, int size) {
        packets.binary(bytes, size);
    }

    boolean awaitsAttachments() {
        return packets.awaitsAttachments();
    }

    private void packet(Packet packet, List<InputStream> files, int size) {
        switch (packet.type()) {
            case CONNECT -> connect(packet);
            case EVENT, BINARY_EVENT -> {
                if (user == null || !packet.namespace().equals("/")) {
                    engine.close("Not connected");
                } else {
                    user.take(packet, files, size);
                }
            }
            case DISCONNECT -> {
                if (user != null && packet.namespace().equals("/")) {
                    leave();
                    engine.distrust();
                    awaitConnect();
                }
            }
            // Nothing was asked of it.
            case ACK, BINARY_ACK -> {
            }
            case CONNECT_ERROR -> engine.close("Servers say that");
        }
    }

    // ---- who it is

    /** {@code message} for people, {@code data} a problem object. */
    private void connect(Packet packet) {
        if (!packet.namespace().equals("/")) {
            engine.send(tools.json.connectError(packet.namespace(), Map.of("message", "Invalid namespace")));
            return;
        }
        if (connecting || user != null) {
            return;
        }
        connecting = true;
        String offered = offered(packet.data());
        String checked = offered == null ? token : offered;
        tools.blocking.execute(() -> {
            Runnable then;
            try {
                Tokens.Verified who = tools.tokens.verify(checked);
                tools.admission.requireRoomFor(who.userId());
                // What this instance misses from here on, while its database is away, is known to be missed.
                tools.announced.begun(tools.access.versionsOf(who.userId()));
                then = () -> enter(who);
            } catch (RuntimeException e) {
                Refusal refusal = Turns.refusal(e);
                then = () -> refuse(refusal);
            }
            Runnable answer = then;
            engine.run(() -> {
                connecting = false;
                if (engine.isOpen()) {
                    answer.run();
                }
            });
        });
    }

    private void refuse(Refusal refusal) {
        engine.send(tools.json.connectError("/",
                Map.of("message", refusal.detail(), "data", Problem.of(refusal.code, refusal.detail()))));
    }

    /** {@code {"token": …}}, what the client was given as {@code auth}. */
    private static @Nullable String offered(String auth) {
        if (auth.isEmpty()) {
            return null;
        }
        String found = null;
        try (FieldReader fields = new FieldReader(auth)) {
            if (fields.json.nextToken() == JsonToken.START_OBJECT) {
                while (fields.json.nextToken() == JsonToken.FIELD_NAME) {
                    boolean isToken = fields.json.currentName().equals("token");
                    if (fields.json.nextToken() == JsonToken.VALUE_STRING && isToken) {
                        found = fields.json.getText();
                    }
                    fields.json.skipChildren();
                }
            }
        } catch (IOException e) {
            // As good as none.
        }
        return found;
    }

    private void enter(Tokens.Verified who) {
        tools.online.came(who.userId());
        if (tools.admission.isCrowded(who.userId())) {
            // Many may have been let in at once.
            tools.online.went(who.userId());
            refuse(new Refusal(Code.TOO_MANY_REQUESTS, "Too many sockets"));
            return;
        }
        tools.vertx.cancelTimer(deadline);
        engine.trust(who.userId());
        user = new SignedIn(who, engine, tools);
        deadline = tools.timer(Duration.between(Instant.now(), who.expiresAt()), user::expire);
        // Before the answer, so that nothing said after it is missed.
        engine.shard.add(user);
        tools.voidTokens.opened(who);
        engine.send(tools.json.connected(Map.of("sid", tools.sessions.newId())));
    }

    // ---- how it ends

    /** Says so to whoever can still hear it. */
    void tooBig(String reason) {
        if (user != null) {
            user.replies.error(new Refusal(Code.REQUEST_TOO_LARGE, reason), null);
        }
    }

    void closed() {
        tools.vertx.cancelTimer(deadline);
        packets.forget();
        leave();
    }

    private void leave() {
        SignedIn leaving = user;
        user = null;
        if (leaving != null) {
            tools.vertx.cancelTimer(deadline);
            leaving.left();
        }
    }
}
