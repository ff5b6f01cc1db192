package dev.parley.socketio;

import java.io.UncheckedIOException;

import jakarta.inject.Singleton;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;

/** Renders packets as Engine.IO carries them: message packets ({@code 4}) around those of Socket.IO. */
@Singleton
class Json {

    private final ObjectWriter json;

    Json(ObjectMapper json) {
        this.json = json.writer();
    }

    String event(String name, Object data) {
        return "42" + write(new Object[] { name, data });
    }

    /** @param id of the acknowledgement that the client asked for */
    String acknowledgement(String id, Object data) {
        return "43" + id + write(new Object[] { data });
    }

    String connected(Object data) {
        return "40" + write(data);
    }

    String connectError(String namespace, Object data) {
        return "44" + (namespace.equals("/") ? "" : namespace + ",") + write(data);
    }

    /** Engine.IO's own first packet. */
    String opening(Object data) {
        return "0" + write(data);
    }

    private String write(Object data) {
        try {
            return json.writeValueAsString(data);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
