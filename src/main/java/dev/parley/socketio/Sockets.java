package dev.parley.socketio;

import java.io.InputStream;

import org.jspecify.annotations.Nullable;

import dev.parley.relay.FrameBudget;

/**
 * What a session does for its WebSockets: the one that carries it, and one that offers to take over from polling. Used on
 * the session's event loop alone.
 */
final class Sockets {

    /** RFC 6455, 7.4.1. */
    static final int TOO_BIG = 1009;

    private final EngineSession session;
    private final Client client;
    private final Inlet inlet;
    private final Outlet outlet;
    private final Upgrade upgrade;

    Sockets(EngineSession session, Client client, Inlet inlet, Outlet outlet, Upgrade upgrade) {
        this.session = session;
        this.client = client;
        this.inlet = inlet;
        this.outlet = outlet;
        this.upgrade = upgrade;
    }

    /** A WebSocket offers to take over. */
    void probe(WebSocketLink offered) {
        if (!session.isOpen() || outlet.link() != null || upgrade.isOffered()) {
            offered.end();
            return;
        }
        upgrade.offer(offered);
        if (session.isTrusted()) {
            offered.trust();
        }
    }

    /** The session's user is known. */
    void trust() {
        WebSocketLink link = outlet.link();
        if (link != null) {
            link.trust();
        }
        upgrade.trust();
    }

    void received(WebSocketLink from, String packet, FrameBudget.@Nullable Hold hold) {
        if (from == outlet.link()) {
            inlet.packet(packet);
        } else if (upgrade.isOf(from)) {
            changeOver(from, packet);
        }
        inlet.keep(hold);
    }

    private void changeOver(WebSocketLink from, String packet) {
        if (packet.equals("2probe")) {
            upgrade.answerProbe(from);
            outlet.flush();
        } else if (packet.equals("5") && upgrade.isProbed()) {
            outlet.flush();
            upgrade.complete();
            outlet.use(from);
            outlet.flush();
            if (!inlet.isReading()) {
                from.reading(false);
            }
        } else {
            upgrade.forget();
        }
    }

    void received(WebSocketLink from, InputStream bytes, int size, FrameBudget.@Nullable Hold hold) {
        if (from == outlet.link() && session.isOpen()) {
            client.binary(bytes, size);
        }
        inlet.keep(hold);
    }

    /** What came on a WebSocket, or by posts if it is null, was too large or broken. */
    void refused(@Nullable WebSocketLink from, int code, @Nullable String reason) {
        String why = reason == null ? "Protocol error" : reason;
        if (upgrade.isOf(from)) {
            upgrade.forget();
        } else if (from != null && (code != TOO_BIG || !session.isTrusted())) {
            from.close(code, why);
        } else if (session.isOpen() && from == outlet.link()) {
            client.tooBig(why);
            if (from == null) {
                session.close(why);
            } else {
                session.end();
                from.endSoon();
            }
        }
    }

    void lost(WebSocketLink from) {
        if (from == outlet.link()) {
            session.end();
        } else if (upgrade.isOf(from)) {
            upgrade.forget();
        }
    }
}
