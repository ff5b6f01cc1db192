package dev.parley.testsupport;

import java.net.URI;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;

/** A socket to {@code /api/chat/ws}: what it hears waits in a queue until a test asks for it. */
public final class Socket implements AutoCloseable, WebSocket.Listener {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final BlockingQueue<JsonNode> frames = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final StringBuilder text = new StringBuilder();
    private volatile Consumer<JsonNode> listener = frames::add;
    private @Nullable WebSocket socket;
    private CompletableFuture<?> sent = CompletableFuture.completedFuture(null);

    private Socket() {
    }

    /** @throws java.util.concurrent.CompletionException when the handshake is refused */
    public static Socket open(URI base, String token, @Nullable Long room) {
        Socket made = new Socket();
        String query = "?token=" + token + (room == null ? "" : "&room_id=" + room);
        made.socket = Person.HTTP.newWebSocketBuilder().connectTimeout(PATIENCE)
                .buildAsync(URI.create("ws://" + base.getAuthority() + "/api/chat/ws" + query), made).join();
        return made;
    }

    /** Frames that came before and those to come go to the listener and no longer to the queue. */
    public synchronized void listen(Consumer<JsonNode> to) {
        listener = to;
        frames.forEach(to);
        frames.clear();
    }

    /** Sends a frame after those sent before; the future fails when the connection is gone. */
    public CompletableFuture<?> send(String type, Map<String, ?> data) {
        try {
            return sendText(Person.JSON.writeValueAsString(Map.of("type", type, "data", data)));
        } catch (JsonProcessingException impossible) {
            throw new IllegalArgumentException(impossible);
        }
    }

    /** Sends any text, a frame or not. */
    public synchronized CompletableFuture<?> sendText(CharSequence message) {
        WebSocket open = java.util.Objects.requireNonNull(socket);
        sent = sent.thenCompose(before -> open.sendText(message, true));
        return sent;
    }

    /** The next frame of this type; those before it are gone. */
    public JsonNode await(String type) {
        return await(frame -> frame.path("type").asText().equals(type), PATIENCE);
    }

    /** The next frame that matches; those before it are gone. */
    public JsonNode await(Predicate<JsonNode> wanted, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        StringBuilder others = new StringBuilder();
        while (true) {
            JsonNode frame = next(Duration.ofNanos(end - System.nanoTime()));
            if (frame == null) {
                throw new AssertionError("No such frame within " + limit + "; heard" + others
                        + (closed.isDone() ? "; closed with " + closed.join() : ""));
            }
            if (wanted.test(frame)) {
                return frame;
            }
            others.append('\n').append(frame);
        }
    }

    /** The next frame, null when none comes in time. */
    public @Nullable JsonNode next(Duration limit) {
        try {
            return frames.poll(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    /** The code with which the server closes, waiting for it; 1006 when the connection broke. */
    public int closeCode() {
        return closed.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    public boolean isOpen() {
        return !closed.isDone();
    }

    @Override
    public void close() {
        if (socket != null && isOpen()) {
            try {
                socket.sendClose(WebSocket.NORMAL_CLOSURE, "").orTimeout(2, TimeUnit.SECONDS).join();
            } catch (CompletionException alreadyGone) {
                socket.abort();
            }
        }
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
        text.append(part);
        if (last) {
            try {
                JsonNode frame = Person.JSON.readTree(text.toString());
                synchronized (this) {
                    listener.accept(frame);
                }
            } catch (JsonProcessingException notJson) {
                throw new IllegalStateException("Not a frame: " + text, notJson);
            } finally {
                text.setLength(0);
            }
        }
        from.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        closed.complete(code);
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        closed.complete(1006);
    }
}
