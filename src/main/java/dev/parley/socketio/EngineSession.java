package dev.parley.socketio;

import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.annotation.JsonProperty;

import dev.parley.attachment.Base64Input;
import dev.parley.relay.FrameBudget;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.core.Context;
import io.vertx.ext.web.RoutingContext;

/**
 * A session of Engine.IO 4: packets both ways, by {@link Polling} until a WebSocket takes over ({@link Upgrade}), and a
 * {@link Heartbeat}. Its requests may come on several connections; all of it but what is volatile is used on the event
 * loop of the first.
 */
final class EngineSession {

    private static final Logger LOG = Logger.getLogger(EngineSession.class);
    static final int TOO_BIG = 1009;

    private static final String NOOP = "6";
    private static final String CLOSE = "1";
    /** What may come from somebody who has not said who it is: a token, and little more. */
    private static final int MOST_OF_STRANGERS = 64 * 1024;
    /** How long a polling client may take to hear that its session is over. */
    private static final Duration LAST_POLL = Duration.ofSeconds(30);

    final String id;
    final Polling polling = new Polling();
    private final Context loop;
    private final SocketIoSettings settings;
    private final Sessions sessions;
    private final Client client;
    private final Packets packets;
    private final Upgrade upgrade;
    private final Heartbeat heartbeat;
    /** Of payloads that are being obeyed, or wait for their attachments. */
    private final List<FrameBudget.Hold> holds = new ArrayList<>(0);
    private @Nullable WebSocketLink link;
    private boolean reading = true;
    private volatile Object owner = this;
    private volatile boolean trusted;
    private volatile boolean open = true;

    EngineSession(String id, Context loop, ClientTools tools, Function<EngineSession, Client> client) {
        this.id = id;
        this.loop = loop;
        this.settings = tools.settings;
        this.sessions = tools.sessions;
        this.packets = new Packets(tools.backlog, () -> run(() -> close("Others wait for memory")));
        this.upgrade = new Upgrade(tools.vertx, settings.upgradeTimeout());
        this.heartbeat = new Heartbeat(tools.vertx, settings, () -> send("2"), () -> close("Ping timeout"));
        this.client = client.apply(this);
    }

    /** Milliseconds, and bytes; named as Engine.IO names them. */
    @RegisterForReflection
    record Opening(String sid, List<String> upgrades, @JsonProperty("pingInterval") long pingInterval,
            @JsonProperty("pingTimeout") long pingTimeout, @JsonProperty("maxPayload") long maxPayload) {
    }

    /** On the session's loop, after what was handed over before. */
    void run(Runnable action) {
        loop.runOnContext(now -> action.run());
    }

    boolean isOpen() {
        return open;
    }

    /** Bytes. */
    long mostPayload() {
        long most = settings.maxPayload().asLongValue();
        return trusted ? most : Math.min(most, MOST_OF_STRANGERS);
    }

    /** @param first null when it begins by polling */
    void begin(@Nullable WebSocketLink first) {
        link = first;
        sessions.add(this);
        client.opened(new Opening(id, first == null ? List.of("websocket") : List.of(), settings.pingInterval().toMillis(),
                settings.pingTimeout().toMillis(), settings.maxPayload().asLongValue()));
        heartbeat.beat();
    }

    /** Whose memory its large payloads take. On any thread. */
    Object owner() {
        return owner;
    }

    /** Its user is known. */
    void trust(long userId) {
        owner = userId;
        trusted = true;
        sessions.known(this);
        if (link != null) {
            link.trust();
        }
        upgrade.trust();
    }

    /** Its user left. */
    void distrust() {
        trusted = false;
        sessions.add(this);
    }

    // ---- what goes out

    void send(String packet) {
        if (!open) {
            return;
        }
        packets.add(packet);
        flush();
        if (packets.waiting() > settings.queue().asLongValue()) {
            close("It reads too slowly");
        }
    }

    /** For typing and presence: not worth waiting for a client that does not read. */
    void sendUnlessSlow(String packet) {
        if (packets.waiting() < settings.queue().asLongValue() / 8) {
            send(packet);
        }
    }

    void flush() {
        if (link != null) {
            while (!packets.isEmpty() && link.writable()) {
                link.send(packets.next());
            }
        } else if (polling.isParked() && !packets.isEmpty()) {
            polling.answer(packets.payload());
        }
        if (link == null && polling.isParked() && upgrade.isProbed()) {
            // Lets a client go that waits for its poll to end before it changes over.
            polling.answer(NOOP);
        }
    }

    // ---- polling

    void poll(RoutingContext exchange) {
        if (link != null || sessions.get(id) != this) {
            (link != null ? EngineError.BAD_REQUEST : EngineError.UNKNOWN_SID).answer(exchange);
        } else if (polling.isParked()) {
            EngineError.BAD_REQUEST.answer(exchange);
            close("Two polls at once");
        } else if (!open) {
            polling.park(exchange);
            sayGoodbye();
        } else {
            polling.park(exchange);
            exchange.addEndHandler(end -> {
                if (end.failed()) {
                    run(() -> lost(exchange));
                }
            });
            if (exchange.response().closed()) {
                // Before anybody listened for that.
                lost(exchange);
            } else {
                flush();
            }
        }
    }

    /** Packets of a post, which is answered as soon as more may come. */
    void posted(List<String> packets, FrameBudget.Hold hold) {
        if (link != null) {
            // They came after the change to a WebSocket, and would be out of order.
            close("A post after the upgrade");
        }
        packets.forEach(this::packet);
        keep(hold);
        if (reading || !open) {
            polling.answerPost();
        }
    }

    private void keep(FrameBudget.@Nullable Hold hold) {
        if (hold != null && !hold.isEmpty()) {
            holds.add(hold);
        }
        letGo();
    }

    private void letGo() {
        if (reading && !client.awaitsAttachments() && !holds.isEmpty()) {
            holds.forEach(FrameBudget.Hold::release);
            holds.clear();
        }
    }

    /** The connection of a poll or a post broke. */
    void lost(RoutingContext exchange) {
        if (polling.lost(exchange)) {
            end();
        }
    }

    // ---- WebSockets

    /** A WebSocket offers to take over. */
    void probe(WebSocketLink offered) {
        if (!open || link != null || upgrade.isOffered()) {
            offered.end();
            return;
        }
        upgrade.offer(offered);
        if (trusted) {
            offered.trust();
        }
    }

    void received(WebSocketLink from, String packet, FrameBudget.@Nullable Hold hold) {
        received(from, packet);
        keep(hold);
    }

    private void received(WebSocketLink from, String packet) {
        if (from == link) {
            packet(packet);
        } else if (upgrade.isOf(from)) {
            if (packet.equals("2probe")) {
                upgrade.answerProbe(from);
                flush();
            } else if (packet.equals("5") && upgrade.isProbed()) {
                flush();
                upgrade.complete();
                link = from;
                flush();
                if (!reading) {
                    from.reading(false);
                }
            } else {
                upgrade.forget();
            }
        }
    }

    void received(WebSocketLink from, InputStream bytes, int size, FrameBudget.@Nullable Hold hold) {
        if (from == link && open) {
            client.binary(bytes, size);
        }
        keep(hold);
    }

    /** A payload was too large: what was in it is lost, and the client has to know. */
    void tooBig(EngineError why) {
        if (open) {
            refused(link, TOO_BIG, why.message);
        }
    }

    /** What came on a WebSocket was too large, or broken. */
    void refused(@Nullable WebSocketLink from, int code, @Nullable String reason) {
        String why = reason == null ? "Protocol error" : reason;
        if (upgrade.isOf(from)) {
            upgrade.forget();
        } else if (from != null && (code != TOO_BIG || !trusted)) {
            from.close(code, why);
        } else if (open && from == link) {
            client.tooBig(why);
            if (from == null) {
                close(why);
            } else {
                end();
                from.endSoon();
            }
        }
    }

    void lost(WebSocketLink from) {
        if (from == link) {
            end();
        } else if (upgrade.isOf(from)) {
            upgrade.forget();
        }
    }

    // ---- what comes in

    private void packet(String packet) {
        if (!open) {
            return;
        }
        switch (packet.isEmpty() ? ' ' : packet.charAt(0)) {
            case '4' -> client.message(packet.substring(1));
            case 'b' -> client.binary(new Base64Input(packet.substring(1)), packet.length());
            case '3' -> heartbeat.beat();
            case '1' -> {
                polling.answerPost();
                if (polling.isParked()) {
                    packets.add(NOOP);
                    polling.answer(packets.payload());
                }
                end();
            }
            case '0', '5', '6' -> {
                // Said by servers, or to sockets that are on probation: the official servers ignore them, too.
            }
            default -> close("No packet of Engine.IO 4");
        }
    }

    /** Whether more may come. */
    void reading(boolean on) {
        reading = on;
        letGo();
        if (link != null) {
            link.reading(on);
        } else if (on) {
            polling.answerPost();
        }
    }

    // ---- the end

    /**
     * Ends the session, of which a polling client hears when it polls the next time. Clients come back by themselves.
     *
     * @param reason for who looks into it
     */
    void close(String reason) {
        if (!open) {
            return;
        }
        LOG.debugf("A session ends: %s", reason);
        flush();
        WebSocketLink closing = link;
        if (closing != null) {
            end();
            closing.end();
            return;
        }
        over();
        if (polling.isParked()) {
            sayGoodbye();
        } else {
            heartbeat.in(LAST_POLL, this::end);
        }
    }

    /** Ends it at once, unless its user became known meanwhile: there are too many that nobody is behind. */
    void giveWay() {
        if (!trusted) {
            close("Too many sessions without a user");
            end();
        }
    }

    private void sayGoodbye() {
        packets.add(CLOSE);
        polling.answer(packets.payload());
        end();
    }

    /** Nothing is obeyed any more. */
    private void over() {
        if (open) {
            open = false;
            heartbeat.stop();
            upgrade.forget();
            client.closed();
            letGo();
            polling.refusePost(EngineError.BAD_REQUEST);
        }
    }

    private void end() {
        over();
        heartbeat.stop();
        packets.clear();
        sessions.remove(this);
        polling.refuse(EngineError.UNKNOWN_SID);
    }
}
