package dev.parley.connection;

import java.util.Objects;

import dev.parley.problem.Code;
import dev.parley.problem.Problem;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;

/** A request and its answer, as far as its connection cares. */
final class Exchange {

    private final HttpServerRequest request;
    private final boolean upgrades;
    private final boolean body;
    private boolean answered;

    Exchange(HttpServerRequest request) {
        this.request = request;
        upgrades = request.getHeader("Sec-WebSocket-Key") != null;
        body = hasBody(request);
    }

    /** RFC 9112, 6.3. A request without one may never be said to have ended. */
    static boolean hasBody(HttpServerRequest request) {
        return request.headers().contains(HttpHeaders.TRANSFER_ENCODING)
                || !"0".equals(Objects.requireNonNullElse(request.getHeader(HttpHeaders.CONTENT_LENGTH), "0"));
    }

    void answered() {
        answered = true;
    }

    boolean isOver() {
        return answered && !expectsMore();
    }

    /** Whether it asks to become a WebSocket. */
    boolean upgrades() {
        return upgrades;
    }

    boolean expectsMore() {
        return body && !request.isEnded();
    }

    /** Says so where nothing else was said, and closes. */
    void timeOut(Runnable close) {
        HttpServerResponse response = request.response();
        if (response.headWritten()) {
            close.run();
        } else {
            Problem problem = Problem.of(Code.TIMED_OUT, Code.TIMED_OUT.sentence);
            response.setStatusCode(problem.status()).putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE)
                    .putHeader(HttpHeaders.CONTENT_TYPE, Problem.MEDIA_TYPE)
                    .end(new JsonObject().put("title", problem.title()).put("status", problem.status())
                            .put("detail", problem.detail()).put("code", problem.code()).encode())
                    .onComplete(written -> close.run());
        }
    }
}
