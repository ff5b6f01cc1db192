package dev.parley.socketio;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/** How the official servers refuse a request, by which their clients know what to do next. */
enum EngineError {
    UNKNOWN_TRANSPORT(0, 400, "Transport unknown"),
    /** The client starts afresh: another instance has the session, or nobody any more. */
    UNKNOWN_SID(1, 400, "Session ID unknown"),
    BAD_HANDSHAKE_METHOD(2, 400, "Bad handshake method"),
    BAD_REQUEST(3, 400, "Bad request"),
    FORBIDDEN(4, 403, "Forbidden"),
    UNSUPPORTED_VERSION(5, 400, "Unsupported protocol version"),
    /** The official servers say nothing here. */
    TOO_LARGE(3, 413, EngineError.UPLOAD_INSTEAD),
    BUSY(3, 503, "Too many large payloads at once. Upload files above 5 MB by POST /messages/upload"),
    STOPPING(3, 503, "The service restarts; come back");

    static final String UPLOAD_INSTEAD = "Payload too large. Upload files above 5 MB by POST /messages/upload";

    final int code;
    final int status;
    final String message;

    EngineError(int code, int status, String message) {
        this.code = code;
        this.status = status;
        this.message = message;
    }

    void answer(RoutingContext exchange) {
        if (!exchange.response().ended()) {
            exchange.response().setStatusCode(status).putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                    .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                    .end(new JsonObject().put("code", code).put("message", message).encode());
        }
    }
}
