package dev.parley.socketio;

import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.annotation.JsonProperty;

import dev.parley.attachment.Base64Input;
import dev.parley.relay.FrameBudget;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;

/**
 * A session of Engine.IO 4: packets both ways, by polling until a WebSocket takes over, and heartbeats. Its requests may
 * come on several connections; all of it but what is volatile or atomic is used on the event loop of the first. A parked
 * poll is a request without an answer: no thread and no buffer.
 */
final class EngineSession {

    private static final Logger LOG = Logger.getLogger(EngineSession.class);
    static final int TOO_BIG = 1009;

    private static final char SEPARATOR = '\u001e';
    private static final String NOOP = "6";
    private static final String CLOSE = "1";
    /** What may come from somebody who has not said who it is: a token, and little more. */
    private static final int MOST_OF_STRANGERS = 64 * 1024;
    /** How long a polling client may take to hear that its session is over. */
    private static final Duration LAST_POLL = Duration.ofSeconds(30);
    private static final long NO_TIMER = -1;

    final String id;
    /** The post that is not answered, which keeps the next one waiting at its client. */
    final AtomicReference<@Nullable RoutingContext> posting = new AtomicReference<>();
    private final Context loop;
    private final Vertx vertx;
    private final SocketIoSettings settings;
    private final Sessions sessions;
    private final Client client;
    private final Deque<String> queue = new ArrayDeque<>(4);
    private long queued;
    /** Of payloads that are being obeyed, or wait for their attachments. */
    private final List<FrameBudget.Hold> holds = new ArrayList<>(0);
    private @Nullable RoutingContext poll;
    private @Nullable WebSocketLink link;
    private @Nullable WebSocketLink probe;
    private boolean probed;
    private boolean reading = true;
    private volatile Object owner = this;
    private volatile boolean trusted;
    private volatile boolean open = true;
    private long heartbeat = NO_TIMER;
    private long upgrade = NO_TIMER;

    EngineSession(String id, Context loop, Vertx vertx, SocketIoSettings settings, Function<EngineSession, Client> client,
            Sessions sessions) {
        this.id = id;
        this.loop = loop;
        this.vertx = vertx;
        this.settings = settings;
        this.sessions = sessions;
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
        waitToPing();
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
        if (probe != null) {
            probe.trust();
        }
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
        queue.add(packet);
        queued += packet.length();
        flush();
        if (queued > settings.queue().asLongValue()) {
            close("It reads too slowly");
        }
    }

    /** For typing and presence: not worth waiting for a client that does not read. */
    void sendUnlessSlow(String packet) {
        if (queued < settings.queue().asLongValue() / 8) {
            send(packet);
        }
    }

    void flush() {
        if (link != null) {
            while (!queue.isEmpty() && link.writable()) {
                String packet = queue.poll();
                queued -= packet.length();
                link.send(packet);
            }
        } else if (poll != null && !queue.isEmpty()) {
            answerPoll();
        }
        if (link == null && poll != null && probed) {
            // Lets a client go that waits for its poll to end before it changes over.
            queue.add(NOOP);
            answerPoll();
        }
    }

    private void answerPoll() {
        RoutingContext waiting = poll;
        poll = null;
        StringBuilder payload = new StringBuilder();
        for (String packet : queue) {
            payload.append(payload.isEmpty() ? "" : SEPARATOR).append(packet);
        }
        queue.clear();
        queued = 0;
        if (waiting != null) {
            answer(waiting, "text/plain; charset=UTF-8", payload.toString());
        }
    }

    private static void answer(RoutingContext exchange, String type, String body) {
        if (!exchange.response().ended()) {
            exchange.response().putHeader(HttpHeaders.CONTENT_TYPE, type).putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                    .end(body);
        }
    }

    // ---- polling

    void poll(RoutingContext exchange) {
        if (link != null || sessions.get(id) != this) {
            (link != null ? EngineError.BAD_REQUEST : EngineError.UNKNOWN_SID).answer(exchange);
        } else if (poll != null) {
            EngineError.BAD_REQUEST.answer(exchange);
            close("Two polls at once");
        } else if (!open) {
            poll = exchange;
            sayGoodbye();
        } else {
            poll = exchange;
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
            answerPost();
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

    private void answerPost() {
        RoutingContext answered = posting.getAndSet(null);
        if (answered != null) {
            answer(answered, "text/html", "ok");
        }
    }

    /** The connection of a poll or a post broke. */
    void lost(RoutingContext exchange) {
        if (exchange == poll) {
            poll = null;
            end();
        } else if (posting.compareAndSet(exchange, null)) {
            end();
        }
    }

    // ---- WebSockets

    /** A WebSocket offers to take over. */
    void probe(WebSocketLink offered) {
        if (!open || link != null || probe != null) {
            offered.end();
            return;
        }
        probe = offered;
        if (trusted) {
            offered.trust();
        }
        upgrade = vertx.setTimer(millis(settings.upgradeTimeout()), late -> forgetProbe());
    }

    private void forgetProbe() {
        vertx.cancelTimer(upgrade);
        WebSocketLink offered = probe;
        probe = null;
        probed = false;
        if (offered != null) {
            // Its client may already have changed over, and must notice.
            offered.end();
        }
    }

    void received(WebSocketLink from, String packet, FrameBudget.@Nullable Hold hold) {
        received(from, packet);
        keep(hold);
    }

    private void received(WebSocketLink from, String packet) {
        if (from == link) {
            packet(packet);
        } else if (from == probe && packet.equals("2probe")) {
            from.send("3probe");
            probed = true;
            flush();
        } else if (from == probe && packet.equals("5") && probed) {
            vertx.cancelTimer(upgrade);
            probe = null;
            flush();
            link = from;
            probed = false;
            flush();
            if (!reading) {
                link.reading(false);
            }
        } else if (from == probe) {
            forgetProbe();
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
        if (from == probe && from != null) {
            forgetProbe();
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
        } else if (from == probe) {
            forgetProbe();
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
            case '3' -> waitToPing();
            case '1' -> {
                answerPost();
                if (poll != null) {
                    queue.add(NOOP);
                    answerPoll();
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
            answerPost();
        }
    }

    // ---- heartbeats and the end

    private void waitToPing() {
        vertx.cancelTimer(heartbeat);
        heartbeat = vertx.setTimer(millis(settings.pingInterval()), now -> {
            heartbeat = vertx.setTimer(millis(settings.pingTimeout()), late -> close("Ping timeout"));
            send("2");
        });
    }

    private static long millis(Duration duration) {
        return Math.max(1, duration.toMillis());
    }

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
        if (poll != null) {
            sayGoodbye();
        } else {
            heartbeat = vertx.setTimer(LAST_POLL.toMillis(), late -> end());
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
        queue.add(CLOSE);
        answerPoll();
        end();
    }

    /** Nothing is obeyed any more. */
    private void over() {
        if (open) {
            open = false;
            vertx.cancelTimer(heartbeat);
            forgetProbe();
            client.closed();
            letGo();
            RoutingContext unanswered = posting.getAndSet(null);
            if (unanswered != null) {
                EngineError.BAD_REQUEST.answer(unanswered);
            }
        }
    }

    private void end() {
        over();
        vertx.cancelTimer(heartbeat);
        queue.clear();
        queued = 0;
        sessions.remove(this);
        RoutingContext waiting = poll;
        poll = null;
        if (waiting != null) {
            EngineError.UNKNOWN_SID.answer(waiting);
        }
    }
}
