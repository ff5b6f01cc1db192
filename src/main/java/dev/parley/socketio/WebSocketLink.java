package dev.parley.socketio;

import java.io.ByteArrayInputStream;

import org.jspecify.annotations.Nullable;

import dev.parley.relay.FrameBudget;
import dev.parley.relay.FrameGuard;
import dev.parley.relay.SharedText;
import dev.parley.relay.TextWriter;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;

/** A session's WebSocket: a packet a message, binary ones for attachments. */
final class WebSocketLink {

    private final ServerWebSocket socket;
    private final Context context;
    private final EngineSession session;
    private final TextWriter writer;
    private FrameGuard guard;
    private @Nullable Buffer parts;
    private boolean text;

    /** @param context the socket's own */
    WebSocketLink(HttpServerRequest handshake, ServerWebSocket socket, Context context, EngineSession session) {
        this.socket = socket;
        this.context = context;
        this.session = session;
        this.writer = TextWriter.on(handshake, () -> session.run(session::flush));
        socket.frameHandler(this::frame);
        socket.closeHandler(closed -> {
            session.run(() -> session.sockets.lost(this));
        });
        // Resets are the network's daily life; the close that follows cleans up.
        socket.exceptionHandler(failure -> {
        });
    }

    void guard(FrameGuard watching) {
        guard = watching;
    }

    private void frame(WebSocketFrame frame) {
        if (frame.isText() || frame.isBinary()) {
            text = frame.isText();
        } else if (!frame.isContinuation() || parts == null) {
            return;
        }
        Buffer bytes = frame.binaryData();
        Buffer whole = parts == null ? bytes : parts.appendBuffer(bytes);
        if (frame.isFinal()) {
            parts = null;
            message(whole, guard.next());
        } else {
            // A buffer that can grow.
            parts = parts == null ? Buffer.buffer().appendBuffer(bytes) : whole;
        }
    }

    private void message(Buffer whole, FrameBudget.@Nullable Hold hold) {
        if (text) {
            String packet = whole.toString();
            session.run(() -> session.sockets.received(this, packet, hold));
        } else {
            byte[] bytes = whole.getBytes();
            session.run(() -> session.sockets.received(this, new ByteArrayInputStream(bytes), bytes.length, hold));
        }
    }

    /** Whether it takes more; what it does not take waits in the session, where it is counted, until it is asked to flush. */
    boolean writable() {
        return writer.isWritable();
    }

    void send(String packet) {
        session.shard.write(writer, packet);
    }

    void send(SharedText packet) {
        session.shard.write(writer, packet);
    }

    void reading(boolean on) {
        context.runOnContext(now -> {
            if (on) {
                socket.resume();
            } else {
                socket.pause();
            }
        });
    }

    void trust() {
        guard.trust();
    }

    /** Ends it by a close frame, for who broke the protocol. */
    void close(int code, String reason) {
        writer.flush();
        socket.close((short) code, reason);
        guard.closeSoon();
    }

    /**
     * Ends it once what was sent has left, without a close frame: the official Java client (2.1.2) does not notice one, and
     * would come back only when it misses the heartbeat.
     */
    void end() {
        writer.whenSent(guard::closeNow);
        guard.closeSoon();
    }

    /** Ends it when its peer, who is still sending, has had time to read what was sent: a reset would take that away. */
    void endSoon() {
        guard.closeSoon();
    }
}
