package dev.parley.relay;

import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;

/**
 * Why the service closes a socket (RFC 6455, 7.4; 4000 and above are ours). All but {@link #TOO_BIG} and
 * {@link #TOKEN_EXPIRED} say: connect again and catch up with {@code since}.
 */
enum Close {
    /** The instance stops or restarts, or could not tell this socket something: come back, and catch up. */
    RESTART(WebSocketCloseStatus.SERVICE_RESTART.code(), "Service restart, come back"),
    /** The client read too slowly for its bounded queue: come back and catch up. */
    TOO_SLOW(WebSocketCloseStatus.TRY_AGAIN_LATER.code(), "Reading too slowly, come back and catch up"),
    /** The user has too many sockets: close some. */
    TOO_MANY(WebSocketCloseStatus.TRY_AGAIN_LATER.code(), "Too many sockets, close some and come back"),
    /** A frame over the limit; larger files go by HTTP. */
    TOO_BIG(WebSocketCloseStatus.MESSAGE_TOO_BIG.code(),
            "Frame too large. Upload files by POST /api/chat/rooms/{id}/messages"),
    /** The token that opened the socket has expired, or is void: get a new one first. */
    TOKEN_EXPIRED(4401, "Token expired");

    final int code;
    final String reason;

    Close(int code, String reason) {
        this.code = code;
        this.reason = reason;
    }
}
