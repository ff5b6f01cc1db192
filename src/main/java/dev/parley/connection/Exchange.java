package dev.parley.connection;

import dev.parley.problem.Code;
import io.netty.channel.Channel;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;

/** A request and its answer, as far as its connection cares. */
final class Exchange {

    private final HttpServerRequest request;
    private final boolean upgrades;
    private final boolean multiplexed;
    private boolean answered;
    private boolean socket;

    Exchange(HttpServerRequest request) {
        this.request = request;
        upgrades = request.getHeader("Sec-WebSocket-Key") != null;
        multiplexed = request.version() == HttpVersion.HTTP_2;
    }

    boolean multiplexed() {
        return multiplexed;
    }

    void answered() {
        answered = true;
    }

    boolean isOver() {
        return answered && request.isEnded();
    }

    /** Whether it has become a WebSocket. */
    boolean isSocket(Channel channel) {
        socket = socket || upgrades && channel.pipeline().get("wsencoder") != null;
        return socket;
    }

    boolean expectsMore() {
        return !request.isEnded();
    }

    /** Says so where nothing else was said, and closes. */
    void timeOut(Runnable close) {
        HttpServerResponse response = request.response();
        if (response.headWritten()) {
            close.run();
        } else {
            response.setStatusCode(Code.TIMED_OUT.status).putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE)
                    .end().onComplete(written -> close.run());
        }
    }
}
