package dev.parley.socketio;

import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.annotation.JsonInclude;

import dev.parley.dialect.ChatMessage;
import dev.parley.problem.Problem;
import dev.parley.problem.Refusal;
import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * What a client is told of what it asked for: by the acknowledgement that it wanted, or else by an {@code error}, if it is
 * still there. Used on the session's event loop alone, but for {@link #refuseLater}.
 */
final class Replies {

    private final EngineSession engine;
    private final Json json;
    private final BooleanSupplier here;

    Replies(EngineSession engine, Json json, BooleanSupplier here) {
        this.engine = engine;
        this.json = json;
        this.here = here;
    }

    /** An acknowledgement: what was done, of a post with the message. */
    @RegisterForReflection
    record Done(boolean success, @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable ChatMessage message) {
    }

    /** An acknowledgement: why it was not done. */
    @RegisterForReflection
    record Refused(boolean success, Problem error,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Integer retryAfter) {
    }

    /** The {@code error} event, for who asked for no acknowledgement. */
    @RegisterForReflection
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record ErrorEvent(String message, String detail, int status, String code, @Nullable String localTempId,
            @Nullable Integer retryAfter) {
    }

    void done(@Nullable String ack, @Nullable ChatMessage message) {
        if (ack != null && here.getAsBoolean()) {
            engine.send(json.acknowledgement(ack, new Done(true, message)));
        }
    }

    /** As {@link #refuse}, on any thread. */
    void refuseLater(@Nullable String ack, Refusal refusal, @Nullable String label) {
        engine.run(() -> refuse(ack, refusal, label));
    }

    void refuse(@Nullable String ack, Refusal refusal, @Nullable String label) {
        if (ack != null && here.getAsBoolean()) {
            engine.send(json.acknowledgement(ack,
                    new Refused(false, Problem.of(refusal.code, refusal.detail()), seconds(refusal))));
        } else if (here.getAsBoolean()) {
            error(refusal, label);
        }
    }

    void error(Refusal refusal, @Nullable String label) {
        engine.send(json.event("error", new ErrorEvent(refusal.detail(), refusal.detail(), refusal.code.status,
                refusal.code.id(), label, seconds(refusal))));
    }

    private static @Nullable Integer seconds(Refusal refusal) {
        return refusal.retryAfter > 0 ? refusal.retryAfter : null;
    }
}
