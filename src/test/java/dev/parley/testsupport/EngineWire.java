package dev.parley.testsupport;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;

/** Engine.IO by polling, request for request: what no decent client would do can be done here. */
public final class EngineWire {

    public static final String PATH = "/socket.io/?EIO=4&transport=polling";

    public final URI base;
    public final String id;
    public final JsonNode opening;

    private EngineWire(URI base, JsonNode opening) {
        this.base = base;
        this.opening = opening;
        this.id = opening.get("sid").asText();
    }

    /** A session that has not said who it is. */
    public static EngineWire open(URI base) {
        Wire answer = Wire.call(base, "GET", PATH, Map.of(), null);
        if (answer.status() != 200 || !answer.body().startsWith("0")) {
            throw new AssertionError(answer.everything());
        }
        return new EngineWire(base, json(answer.body().substring(1)));
    }

    /** A session of somebody, connected. */
    public static EngineWire connect(Person who) {
        EngineWire made = open(who.base);
        made.post("40{\"token\":\"" + who.token + "\"}");
        List<String> packets = made.poll();
        if (!packets.getFirst().startsWith("40{\"sid\":")) {
            throw new AssertionError(packets.toString());
        }
        return made;
    }

    /** Where its WebSocket is opened. */
    public String upgrade() {
        return "/socket.io/?EIO=4&transport=websocket&sid=" + id;
    }

    /** Where it is polled. */
    public String path() {
        return PATH + "&sid=" + id;
    }

    public Wire get() {
        return Wire.call(base, "GET", path(), Map.of(), null);
    }

    /** The packets that wait, or the next ones. */
    public List<String> poll() {
        Wire answer = get();
        if (answer.status() != 200) {
            throw new AssertionError(answer.everything());
        }
        return Arrays.asList(answer.body().split("\u001e"));
    }

    public Wire post(String... packets) {
        return post(String.join("\u001e", packets).getBytes(StandardCharsets.UTF_8));
    }

    public Wire post(byte[] payload) {
        return Wire.call(base, "POST", path(),
                Map.of("Content-Type", "text/plain;charset=UTF-8", "Content-Length", Integer.toString(payload.length)),
                payload);
    }

    public static JsonNode json(String text) {
        try {
            return Person.JSON.readTree(text);
        } catch (JsonProcessingException notJson) {
            throw new IllegalArgumentException(text, notJson);
        }
    }
}
