package dev.parley.socketio;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.Collection;
import java.util.Map;
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
    private final SecureRandom random = new SecureRandom();

    Sessions(MeterRegistry metrics) {
        Gauge.builder("parley.socketio.sessions", byId, Map::size).description("Open Socket.IO sessions").register(metrics);
    }

    String newId() {
        byte[] id = new byte[ID_BYTES];
        random.nextBytes(id);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(id);
    }

    void add(EngineSession session) {
        byId.put(session.id, session);
    }

    void remove(EngineSession session) {
        byId.remove(session.id);
    }

    @Nullable
    EngineSession get(String id) {
        return byId.get(id);
    }

    Collection<EngineSession> all() {
        return byId.values();
    }
}
