package dev.parley.socketio;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;

import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * What happened in a room as the other socket tells it, and by the names and strings that messages have in document 003.
 *
 * @param id of the message it concerns; null of none
 */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
record InConversation(@JsonUnwrapped Object data, String conversationId, @JsonProperty("_id") @Nullable String id) {

    InConversation(Object data, long roomId) {
        this(data, Long.toString(roomId), null);
    }
}
