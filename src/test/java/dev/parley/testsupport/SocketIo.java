package dev.parley.testsupport;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

import org.json.JSONException;
import org.json.JSONObject;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;

import io.socket.client.Ack;
import io.socket.client.IO;
import io.socket.client.Manager;
import io.socket.client.Socket;
import io.socket.engineio.client.Transport;
import io.socket.engineio.parser.Packet;
import io.socket.thread.EventThread;

/** The official Java client of Socket.IO: what it hears waits in a queue until a test asks for it. */
public final class SocketIo implements AutoCloseable {

    public static final String[] DEFAULT = { "polling", "websocket" };
    public static final String[] WEBSOCKET = { "websocket" };
    public static final String[] POLLING = { "polling" };

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Socket socket;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final List<Transport> transports = new CopyOnWriteArrayList<>();
    private final Set<String> used = new CopyOnWriteArraySet<>();
    private volatile Consumer<Event> listener = events::add;

    /** An event that was heard, or {@code connect}, {@code disconnect} and {@code connect_error}. */
    public record Event(String name, JsonNode data) {
    }

    private SocketIo(Socket socket) {
        this.socket = socket;
        socket.io().on(Manager.EVENT_TRANSPORT, made -> {
            Transport transport = (Transport) made[0];
            transports.add(transport);
            transport.on(Transport.EVENT_PACKET, packets -> {
                if (((Packet<?>) packets[0]).type.equals(Packet.MESSAGE)) {
                    used.add(transport.name);
                }
            });
        });
        socket.onAnyIncoming(heard -> hear((String) heard[0], heard.length > 1 ? heard[1] : null));
        for (String event : List.of(Socket.EVENT_CONNECT, Socket.EVENT_DISCONNECT, Socket.EVENT_CONNECT_ERROR)) {
            socket.on(event, heard -> hear(event, heard.length > 0 ? heard[0] : null));
        }
    }

    private void hear(String name, Object data) {
        listener.accept(new Event(name, json(data)));
    }

    /** A client as the documents' page makes it, but for what the test sets; not connected. */
    public static SocketIo with(URI base, Consumer<IO.Options> settings) {
        IO.Options options = IO.Options.builder().setForceNew(true).setReconnectionDelay(50).setReconnectionDelayMax(200)
                .build();
        settings.accept(options);
        return new SocketIo(IO.socket(base.resolve("/"), options));
    }

    /** Connects with the person's token in {@code auth}, and returns when it is connected. */
    public static SocketIo connect(Person who, String... transports) {
        return with(who.base, options -> {
            options.transports = transports;
            options.auth = Map.of("token", who.token);
        }).connect();
    }

    public SocketIo open() {
        socket.connect();
        return this;
    }

    public SocketIo connect() {
        open().await(Socket.EVENT_CONNECT);
        return this;
    }

    /** Names of the transports, in the order in which they were tried. */
    public List<String> tried() {
        return transports.stream().map(transport -> transport.name).toList();
    }

    /** Names of the transports by which a message of the server has come. */
    public Set<String> used() {
        return used;
    }

    /** Says what no client says, so that the server ends the session. */
    public void misbehave() {
        Transport last = transports.getLast();
        EventThread.exec(() -> last.send(new Packet<?>[] { new Packet<>(Packet.PING) }));
    }

    /** Events that came before and those to come go to the listener and no longer to the queue. */
    public void listen(Consumer<Event> to) {
        listener = to;
        Event event;
        while ((event = events.poll()) != null) {
            to.accept(event);
        }
    }

    public void emit(String event, Map<String, ?> data) {
        socket.emit(event, object(data));
    }

    /** Sends an event and returns its acknowledgement. */
    public JsonNode call(String event, Map<String, ?> data) {
        return call(event, object(data));
    }

    public JsonNode call(String event, Object argument) {
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        socket.emit(event, new Object[] { argument }, (Ack) args -> answer.complete(json(args[0])));
        try {
            return answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (Exception failure) {
            throw new AssertionError("No acknowledgement of " + event, failure);
        }
    }

    /** The next event of this name; those before it are gone. */
    public JsonNode await(String name) {
        return await(event -> event.name.equals(name), PATIENCE).data;
    }

    public Event await(Predicate<Event> wanted, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        StringBuilder others = new StringBuilder();
        try {
            Event event;
            while ((event = events.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS)) != null) {
                if (wanted.test(event)) {
                    return event;
                }
                others.append('\n').append(event);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        throw new AssertionError("No such event within " + limit + "; heard" + others);
    }

    /** What is there now, without waiting. */
    public List<Event> heard() {
        List<Event> all = new java.util.ArrayList<>();
        events.drainTo(all);
        return all;
    }

    public Socket socket() {
        return socket;
    }

    @Override
    public void close() {
        socket.io().reconnection(false);
        socket.close();
    }

    public static JSONObject object(Map<String, ?> data) {
        try {
            JSONObject object = new JSONObject();
            for (Map.Entry<String, ?> field : data.entrySet()) {
                object.put(field.getKey(), field.getValue() == null ? JSONObject.NULL : field.getValue());
            }
            return object;
        } catch (JSONException impossible) {
            throw new IllegalArgumentException(impossible);
        }
    }

    private static JsonNode json(Object data) {
        try {
            return switch (data) {
                case null -> NullNode.getInstance();
                case JSONObject object -> Person.JSON.readTree(object.toString());
                default -> Person.JSON.valueToTree(String.valueOf(data));
            };
        } catch (JsonProcessingException notJson) {
            throw new IllegalArgumentException(notJson);
        }
    }
}
