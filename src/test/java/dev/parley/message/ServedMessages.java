package dev.parley.message;

import com.fasterxml.jackson.databind.ObjectMapper;

import dev.parley.problem.ServedJson;

/** Messages as the running service writes them. */
public final class ServedMessages {

    private ServedMessages() {
    }

    public static ObjectMapper json() {
        return ServedJson.mapper(new MessageJson());
    }
}
