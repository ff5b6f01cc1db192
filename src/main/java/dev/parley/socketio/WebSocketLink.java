package dev.parley.socketio;

import java.io.ByteArrayInputStream;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;

import dev.parley.relay.FrameBudget;
import dev.parley.relay.FrameGuard;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;

/** A session's WebSocket: a packet a message, binary ones for attachments. */
final class WebSocketLink {

    /** Bytes that may be on their way to the network; what comes after them waits in the session, where it is counted. */
    private static final long MOST_UNWRITTEN = 64 * 1024;

    private final ServerWebSocket socket;
    private final Context context;
    private final EngineSession session;
    private final AtomicLong unwritten = new AtomicLong();
    private FrameGuard guard;
    private Future<Void> lastWrite = Future.succeededFuture();
    private @Nullable Buffer parts;
    private boolean text;

    /** @param context the socket's own */
    WebSocketLink(ServerWebSocket socket, Context context, EngineSession session) {
        this.socket = socket;
        this.context = context;
        this.session = session;
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

    boolean writable() {
        return unwritten.get() < MOST_UNWRITTEN;
    }

    void send(String packet) {
        int size = packet.length();
        unwritten.addAndGet(size);
        lastWrite = socket.writeTextMessage(packet).onComplete(written -> {
            long left = unwritten.addAndGet(-size);
            if (left < MOST_UNWRITTEN && left + size >= MOST_UNWRITTEN) {
                session.run(session::flush);
            }
        });
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
        socket.close((short) code, reason);
        guard.closeSoon();
    }

    /**
     * Ends it once what was sent has left, without a close frame: the official Java client (2.1.2) does not notice one, and
     * would come back only when it misses the heartbeat.
     */
    void end() {
        lastWrite.onComplete(left -> guard.closeNow());
        guard.closeSoon();
    }

    /** Ends it when its peer, who is still sending, has had time to read what was sent: a reset would take that away. */
    void endSoon() {
        guard.closeSoon();
    }
}
