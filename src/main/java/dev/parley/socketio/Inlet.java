package dev.parley.socketio;

import org.jspecify.annotations.Nullable;

import dev.parley.attachment.Base64Input;
import dev.parley.relay.FrameBudget;

/** What comes to a session, by whatever brought it. Used on the session's event loop alone. */
final class Inlet {

    private final EngineSession session;
    private final Client client;
    private final Outlet outlet;
    private final Heartbeat heartbeat;
    private final Holds holds = new Holds();
    private boolean reading = true;

    Inlet(EngineSession session, Client client, Outlet outlet, Heartbeat heartbeat) {
        this.session = session;
        this.client = client;
        this.outlet = outlet;
        this.heartbeat = heartbeat;
    }

    void packet(String packet) {
        if (!session.isOpen()) {
            return;
        }
        switch (packet.isEmpty() ? ' ' : packet.charAt(0)) {
            case '4' -> client.message(packet.substring(1));
            case 'b' -> client.binary(new Base64Input(packet.substring(1)), packet.length());
            case '3' -> heartbeat.beat();
            case '1' -> {
                session.polling.answerPost();
                outlet.letGo();
                session.end();
            }
            case '0', '5', '6' -> {
                // Said by servers, or to sockets that are on probation: the official servers ignore them, too.
            }
            default -> session.close("No packet of Engine.IO 4");
        }
    }

    /** Whether more may come. */
    boolean isReading() {
        return reading;
    }

    /** Whether more may come, from now on. */
    void reading(boolean on) {
        reading = on;
        letGo();
        WebSocketLink link = outlet.link();
        if (link != null) {
            link.reading(on);
        } else if (on) {
            session.polling.answerPost();
        }
    }

    /** Until what came with it is obeyed. */
    void keep(FrameBudget.@Nullable Hold hold) {
        holds.keep(hold);
        letGo();
    }

    void letGo() {
        if (reading && !client.awaitsAttachments()) {
            holds.release();
        }
    }
}
