package dev.parley.socketio;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;

import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.annotation.JsonProperty;

import dev.parley.relay.SharedText;
import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * A session of Engine.IO 4: packets both ways, by {@link Polls} until one of its {@link Sockets} takes over, and a
 * {@link Heartbeat}. Its requests may come on several connections; all of it but what is volatile is used on the event
 * loop of the first.
 */
final class EngineSession {

    private static final Logger LOG = Logger.getLogger(EngineSession.class);

    /** What may come from somebody who has not said who it is: a token, and little more. */
    private static final int MOST_OF_STRANGERS = 64 * 1024;
    /** How long a polling client may take to hear that its session is over. */
    private static final Duration LAST_POLL = Duration.ofSeconds(30);

    final String id;
    final Polling polling = new Polling();
    final Polls polls;
    final Sockets sockets;
    /** Of its event loop. */
    final Shard shard;
    private final SocketIoSettings settings;
    private final Sessions sessions;
    private final Client client;
    private final Outlet outlet;
    private final Upgrade upgrade;
    private final Heartbeat heartbeat;
    private final Inlet inlet;
    private volatile Object owner = this;
    private volatile boolean trusted;
    private volatile boolean open = true;

    EngineSession(String id, Shard shard, ClientTools tools, Function<EngineSession, Client> client) {
        this.id = id;
        this.shard = shard;
        this.settings = tools.settings;
        this.sessions = tools.sessions;
        this.upgrade = new Upgrade(tools.vertx, settings.upgradeTimeout());
        this.outlet = new Outlet(tools.backlog, () -> run(this::makeRoom), polling, upgrade);
        this.heartbeat = new Heartbeat(tools.vertx, settings, () -> send("2"), () -> close("Ping timeout"));
        this.client = client.apply(this);
        this.inlet = new Inlet(this, this.client, outlet, heartbeat);
        this.polls = new Polls(this, inlet, outlet);
        this.sockets = new Sockets(this, this.client, inlet, outlet, upgrade);
    }

    /** Milliseconds, and bytes; named as Engine.IO names them. */
    @RegisterForReflection
    record Opening(String sid, List<String> upgrades, @JsonProperty("pingInterval") long pingInterval,
            @JsonProperty("pingTimeout") long pingTimeout, @JsonProperty("maxPayload") long maxPayload) {
    }

    /** On the session's loop, after what was handed over before. */
    void run(Runnable action) {
        shard.run(action);
    }

    boolean isOpen() {
        return open;
    }

    /** Whether it can still be named by its id. */
    boolean isKnown() {
        return sessions.get(id) == this;
    }

    boolean isTrusted() {
        return trusted;
    }

    /** Bytes. */
    long mostPayload() {
        long most = settings.maxPayload().asLongValue();
        return trusted ? most : Math.min(most, MOST_OF_STRANGERS);
    }

    /** @param first null when it begins by polling */
    void begin(@Nullable WebSocketLink first) {
        outlet.use(first);
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
        sockets.trust();
    }

    /** Its user left. */
    void distrust() {
        trusted = false;
        sessions.add(this);
    }

    void send(String packet) {
        if (open) {
            outlet.add(packet);
            closeIfSlow();
        }
    }

    void send(SharedText packet) {
        if (open) {
            outlet.add(packet);
            closeIfSlow();
        }
    }

    /** Others wait for memory: whoever comes back catches up with what would wait for the last poll. */
    private void makeRoom() {
        outlet.clear();
        close("Others wait for memory");
    }

    private void closeIfSlow() {
        if (outlet.waiting() > settings.queue().asLongValue()) {
            close("It reads too slowly");
        }
    }

    /** For typing and presence: not worth waiting for a client that does not read. */
    void sendUnlessSlow(SharedText packet) {
        if (outlet.waiting() < settings.queue().asLongValue() / 8) {
            send(packet);
        }
    }

    void flush() {
        outlet.flush();
    }

    /** A payload was too large: what was in it is lost, and the client has to know. */
    void tooBig(EngineError why) {
        if (open) {
            sockets.refused(outlet.link(), Sockets.TOO_BIG, why.message);
        }
    }

    /** Whether more may come. */
    void reading(boolean on) {
        inlet.reading(on);
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
        WebSocketLink closing = outlet.link();
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

    void sayGoodbye() {
        outlet.sayGoodbye();
        end();
    }

    /** Nothing is obeyed any more. */
    private void over() {
        if (open) {
            open = false;
            heartbeat.stop();
            upgrade.forget();
            client.closed();
            inlet.letGo();
            polling.refusePost(EngineError.BAD_REQUEST);
        }
    }

    void end() {
        try {
            over();
        } finally {
            heartbeat.stop();
            outlet.clear();
            sessions.remove(this);
            polling.refuse(EngineError.UNKNOWN_SID);
        }
    }
}
