package dev.parley.socketio;

import java.util.List;

import dev.parley.relay.FrameBudget;
import io.vertx.ext.web.RoutingContext;

/** What a session does for requests of a client that polls. Used on the session's event loop alone. */
final class Polls {

    private final EngineSession session;
    private final Polling polling;
    private final Inlet inlet;
    private final Outlet outlet;

    Polls(EngineSession session, Inlet inlet, Outlet outlet) {
        this.session = session;
        this.polling = session.polling;
        this.inlet = inlet;
        this.outlet = outlet;
    }

    void poll(RoutingContext exchange) {
        if (outlet.link() != null || !session.isKnown()) {
            (outlet.link() != null ? EngineError.BAD_REQUEST : EngineError.UNKNOWN_SID).answer(exchange);
        } else if (polling.isParked()) {
            EngineError.BAD_REQUEST.answer(exchange);
            session.close("Two polls at once");
        } else if (!session.isOpen()) {
            polling.park(exchange);
            session.sayGoodbye();
        } else {
            polling.park(exchange);
            exchange.addEndHandler(end -> {
                if (end.failed()) {
                    session.run(() -> lost(exchange));
                }
            });
            if (exchange.response().closed()) {
                // Before anybody listened for that.
                lost(exchange);
            } else {
                outlet.flush();
            }
        }
    }

    /** Packets of a post, which is answered as soon as more may come. */
    void posted(List<String> packets, FrameBudget.Hold hold) {
        if (outlet.link() != null) {
            // They came after the change to a WebSocket, and would be out of order.
            session.close("A post after the upgrade");
        }
        packets.forEach(inlet::packet);
        inlet.keep(hold);
        if (inlet.isReading() || !session.isOpen()) {
            polling.answerPost();
        }
    }

    /** The connection of a poll or a post broke. */
    void lost(RoutingContext exchange) {
        if (polling.lost(exchange)) {
            session.end();
        }
    }
}
