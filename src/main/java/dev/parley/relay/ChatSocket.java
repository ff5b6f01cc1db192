package dev.parley.relay;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

import org.jboss.logging.Logger;

import dev.parley.connection.Connection;
import dev.parley.relay.Handshake.Admitted;
import dev.parley.room.Viewer;
import io.netty.channel.EventLoop;
import io.quarkus.websockets.next.InboundProcessingMode;
import io.quarkus.websockets.next.OnClose;
import io.quarkus.websockets.next.OnError;
import io.quarkus.websockets.next.OnOpen;
import io.quarkus.websockets.next.UserData;
import io.quarkus.websockets.next.WebSocket;
import io.quarkus.websockets.next.WebSocketConnection;
import io.smallrye.common.annotation.NonBlocking;

/**
 * Document 004's socket. Handshake and lifecycle are the framework's; what comes is taken from the channel by
 * {@link Messages}, and what is sent goes by the {@link Outbox}. Everything here runs on the connection's event loop and never
 * blocks, so that it needs no queue of what is yet to be called.
 */
@WebSocket(path = ChatSocket.PATH, inboundProcessingMode = InboundProcessingMode.CONCURRENT)
class ChatSocket {

    static final String PATH = "/api/chat/ws";

    private static final Logger LOG = Logger.getLogger(ChatSocket.class);
    private static final UserData.TypedKey<Session> SESSION = new UserData.TypedKey<>("session");

    private final Relay relay;
    private final RelaySettings settings;
    private final SessionTools tools;
    private final OnlineUsers online;
    private final Typing typing;
    private final Backlog backlog;
    private final Admission admission;
    private final VoidTokens voidTokens;

    ChatSocket(Relay relay, RelaySettings settings, SessionTools tools, OnlineUsers online, Typing typing,
            Backlog backlog, Admission admission, VoidTokens voidTokens) {
        this.relay = relay;
        this.settings = settings;
        this.tools = tools;
        this.online = online;
        this.typing = typing;
        this.backlog = backlog;
        this.admission = admission;
        this.voidTokens = voidTokens;
    }

    @OnOpen
    @NonBlocking
    void open(WebSocketConnection connection) {
        Admitted admitted = connection.userData().remove(Handshake.ADMITTED);
        admitted.headers().clear();
        EventLoop loop = admitted.channel().eventLoop();
        Shard shard = relay.shard(loop);
        long userId = admitted.who().userId();
        Outbox outbox = new Outbox(admitted.channel(), backlog, settings.queue().asLongValue(), admitted.gate().mostBytes(),
                () -> LOG.debugf("A socket of user %d reads too slowly and is closed", userId));
        Socket socket = new Socket(new Viewer(userId, admitted.base()), shard, outbox, admitted.who().sessions(),
                admitted.rooms());
        Session session = new Session(socket, loop, admitted.gate(), tools);
        connection.userData().put(SESSION, session);
        shard.add(socket);
        online.came(userId);
        voidTokens.opened(admitted.who());
        if (relay.isStopping()) {
            outbox.end(Close.RESTART);
        } else if (admission.isCrowded(userId)) {
            outbox.end(Close.TOO_MANY);
        }
        Connection watched = Connection.of(admitted.channel());
        if (watched != null) {
            watched.expectLife(settings.silence().toNanos());
        }
        Duration left = Duration.between(Instant.now(), admitted.who().expiresAt());
        session.expiry = loop.schedule(() -> outbox.end(Close.TOKEN_EXPIRED), Math.max(0, left.toMillis()),
                TimeUnit.MILLISECONDS);
        if (admitted.roomId() != null) {
            session.join(admitted.roomId());
        } else {
            session.refreshRooms();
        }
        Messages.to(admitted.channel(), session::receive);
        admitted.gate().open(outbox.guard());
    }

    @OnClose
    @NonBlocking
    void close(WebSocketConnection connection) {
        Session session = connection.userData().remove(SESSION);
        if (session != null) {
            session.expiry.cancel(false);
            Socket socket = session.socket;
            socket.shard.remove(socket);
            typing.left(session);
            online.went(socket.viewer.userId());
        }
    }

    @OnError
    @NonBlocking
    void failed(Throwable failure, WebSocketConnection connection) {
        // Resets and broken frames are the network's daily life; the close that follows cleans up.
        LOG.debug("A socket failed", failure);
    }
}
