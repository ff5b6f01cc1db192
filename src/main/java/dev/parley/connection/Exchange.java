package dev.parley.connection;

import java.util.Objects;
import java.util.function.BooleanSupplier;

import dev.parley.problem.Code;
import dev.parley.problem.Problem;
import dev.parley.problem.Refusal;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;

/** A request and its answer, as far as its connection cares. */
final class Exchange {

    private final HttpServerRequest request;
    private final boolean upgrades;
    private final boolean body;
    private final BooleanSupplier whole;
    private boolean answered;

    /** @param whole whether its last byte has come */
    Exchange(HttpServerRequest request, BooleanSupplier whole) {
        this.request = request;
        this.whole = whole;
        upgrades = request.getHeader("Sec-WebSocket-Key") != null;
        body = hasBody(request);
    }

    static Exchange begin(RoutingContext routing) {
        Exchange exchange = new Exchange(routing.request(), ArrivingRequests.isWhole(routing.request()));
        routing.put(Exchange.class.getName(), exchange);
        return exchange;
    }

    static Exchange of(RoutingContext routing) {
        return routing.get(Exchange.class.getName());
    }

    /** RFC 9112, 6.3. */
    private static boolean hasBody(HttpServerRequest request) {
        return request.headers().contains(HttpHeaders.TRANSFER_ENCODING)
                || !"0".equals(Objects.requireNonNullElse(request.getHeader(HttpHeaders.CONTENT_LENGTH), "0"));
    }

    void answered() {
        answered = true;
    }

    boolean isOver() {
        return answered && !expectsMore();
    }

    boolean hasBody() {
        return body;
    }

    /** Whether it asks to become a WebSocket. */
    boolean upgrades() {
        return upgrades;
    }

    /** Whether its last byte has not come. On any thread. */
    boolean expectsMore() {
        return body && !whole.getAsBoolean();
    }

    /** Says so where nothing else was said, and closes. */
    void timeOut(Runnable close) {
        HttpServerResponse response = request.response();
        if (response.headWritten()) {
            close.run();
        } else {
            response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
            Problem.send(response, new Refusal(Code.TIMED_OUT), Code.TIMED_OUT.status)
                    .onComplete(written -> close.run());
        }
    }
}
