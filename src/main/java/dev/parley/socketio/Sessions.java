package dev.parley.socketio;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedSet;
import java.util.concurrent.ConcurrentHashMap;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** The sessions of this instance, by their ids. */
@Singleton
class Sessions {

    /** Enough that nobody guesses one: who knows it speaks for its user. */
    private static final int ID_BYTES = 18;

    private final Map<String, EngineSession> byId = new ConcurrentHashMap<>();
    /** Those without a user, the oldest first. They cost a client less than the server, which needs a bound. */
    private final SequencedSet<EngineSession> strangers = new LinkedHashSet<>();
    private final int mostStrangers;
    private final SecureRandom random = new SecureRandom();

    Sessions(MeterRegistry metrics, SocketIoSettings settings) {
        mostStrangers = settings.connecting();
        Gauge.builder("parley.socketio.sessions", byId, Map::size).description("Open Socket.IO sessions").register(metrics);
    }

    String newId() {
        byte[] id = new byte[ID_BYTES];
        random.nextBytes(id);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(id);
    }

    /** Of nobody yet. */
    void add(EngineSession session) {
        byId.put(session.id, session);
        EngineSession oldest = null;
        synchronized (strangers) {
            strangers.add(session);
            if (strangers.size() > mostStrangers) {
                oldest = strangers.removeFirst();
            }
        }
        if (oldest != null) {
            oldest.run(oldest::giveWay);
        }
    }

    /** It has a user now. */
    void known(EngineSession session) {
        synchronized (strangers) {
            strangers.remove(session);
        }
    }

    void remove(EngineSession session) {
        byId.remove(session.id);
        known(session);
    }

    @Nullable
    EngineSession get(String id) {
        return byId.get(id);
    }

    Collection<EngineSession> all() {
        return byId.values();
    }
}
