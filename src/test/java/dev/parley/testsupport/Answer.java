package dev.parley.testsupport;

import java.net.http.HttpHeaders;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What a route answered.
 *
 * @param body missing node when there was none or it was not JSON
 */
public record Answer(int status, JsonNode body, HttpHeaders headers) {

    /** The body, provided that the status is this one. */
    public JsonNode expect(int expected) {
        if (status != expected) {
            throw new AssertionError("Expected " + expected + " and got " + status + ": " + body);
        }
        return body;
    }
}
