package dev.parley.socketio;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;

/** What a polling client sends: packets, separated by U+001E, in the body of a POST. */
final class PostedPayload {

    private static final char SEPARATOR = '\u001e';
    /** Bytes: what takes longer is not taken apart on an event loop, which has others to serve. */
    private static final int LARGE = 64 * 1024;

    private final RoutingContext exchange;
    private final EngineSession session;
    private final ClientTools tools;
    private final long most;
    private Buffer body = Buffer.buffer();
    private boolean refused;

    PostedPayload(RoutingContext exchange, EngineSession session, ClientTools tools) {
        this.exchange = exchange;
        this.session = session;
        this.tools = tools;
        this.most = session.mostPayload();
    }

    void read() {
        HttpServerRequest request = exchange.request();
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        if (!session.posting.compareAndSet(null, exchange)) {
            EngineError.BAD_REQUEST.answer(exchange);
            session.run(() -> session.close("Two posts at once"));
        } else if (length != null && length.length() < 19 && Long.parseLong(length) > most) {
            refuse();
        } else {
            exchange.addEndHandler(end -> {
                if (end.failed()) {
                    session.run(() -> session.lost(exchange));
                }
            });
            request.handler(this::add);
            request.endHandler(end -> finish());
            request.resume();
        }
    }

    private void add(Buffer bytes) {
        if (!refused && body.length() + (long) bytes.length() > most) {
            refuse();
        } else if (!refused) {
            body.appendBuffer(bytes);
        }
    }

    private void refuse() {
        refused = true;
        body = Buffer.buffer();
        session.posting.compareAndSet(exchange, null);
        EngineError.TOO_LARGE.answer(exchange);
        session.run(() -> session.tooBig());
    }

    private void finish() {
        if (refused) {
            return;
        }
        if (body.length() > LARGE) {
            tools.blocking.execute(this::deliver);
        } else {
            deliver();
        }
    }

    private void deliver() {
        List<String> packets = new ArrayList<>(2);
        try {
            String text = text();
            int start = 0;
            for (int end; (end = text.indexOf(SEPARATOR, start)) >= 0; start = end + 1) {
                packets.add(text.substring(start, end));
            }
            packets.add(start == 0 ? text : text.substring(start));
        } catch (CharacterCodingException e) {
            session.run(() -> session.close("Not UTF-8"));
            return;
        }
        session.run(() -> session.posted(packets));
    }

    /** Refuses what is not UTF-8, as a WebSocket would; looked at closely only where it seems to have been repaired. */
    private String text() throws CharacterCodingException {
        byte[] bytes = body.getBytes();
        body = Buffer.buffer();
        String text = new String(bytes, StandardCharsets.UTF_8);
        return text.indexOf('\ufffd') < 0 ? text
                : StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    }
}
