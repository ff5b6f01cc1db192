package dev.parley.socketio;

import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import dev.parley.relay.Admission;
import dev.parley.relay.FrameGuard;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.vertx.http.runtime.RouteConstants;
import io.smallrye.common.vertx.VertxContext;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/**
 * {@code /socket.io/}, Engine.IO 4: new sessions, and the requests and WebSockets of those there are. One route for all of
 * it, since a WebSocket that is refused is answered as a poll is.
 */
@Singleton
class EngineDoor {

    private static final String VERSION = "4";
    /** Lengths of frames and buffers are counted in an int. */
    private static final long MOST_PAYLOAD = 1L << 30;

    private final Vertx vertx;
    private final Sessions sessions;
    private final Admission admission;
    private final ClientTools tools;

    EngineDoor(Vertx vertx, Sessions sessions, Admission admission, ClientTools tools) {
        this.vertx = vertx;
        this.sessions = sessions;
        this.admission = admission;
        this.tools = tools;
    }

    /** Before anything begins that would have to end again. */
    static void refuseImpossibleSettings(@Observes @Priority(1) StartupEvent start, SocketIoSettings settings) {
        if (settings.maxPayload().asLongValue() > MOST_PAYLOAD) {
            throw new ConfigurationException("parley.socketio.max-payload must be at most 1G");
        }
    }

    void register(@Observes Router router) {
        // Before what limits bodies to less than document 003 wants; after CORS, which is a filter.
        router.route("/socket.io").order(RouteConstants.ROUTE_ORDER_UPLOAD_LIMIT - 2).handler(this::handle);
    }

    private void handle(RoutingContext exchange) {
        HttpServerRequest request = exchange.request();
        String transport = request.getParam("transport");
        boolean polls = "polling".equals(transport);
        boolean upgrades = "websocket".equalsIgnoreCase(request.getHeader(HttpHeaders.UPGRADE))
                && request.version() == HttpVersion.HTTP_1_1;
        String id = request.getParam("sid");
        if (!polls && !"websocket".equals(transport)) {
            EngineError.UNKNOWN_TRANSPORT.answer(exchange);
        } else if (!admission.allowsOriginOf(request)) {
            EngineError.FORBIDDEN.answer(exchange);
        } else if (id == null) {
            begin(exchange, polls, upgrades);
        } else {
            EngineSession session = sessions.get(id);
            if (session == null) {
                EngineError.UNKNOWN_SID.answer(exchange);
            } else if (polls == upgrades) {
                EngineError.BAD_REQUEST.answer(exchange);
            } else if (upgrades) {
                open(exchange, session, null);
            } else if (request.method() == HttpMethod.GET) {
                session.run(() -> session.polls.poll(exchange));
            } else if (request.method() == HttpMethod.POST) {
                new PostedPayload(exchange, session, tools).read();
            } else {
                EngineError.BAD_REQUEST.answer(exchange);
            }
        }
    }

    private void begin(RoutingContext exchange, boolean polls, boolean upgrades) {
        HttpServerRequest request = exchange.request();
        if (request.method() != HttpMethod.GET) {
            EngineError.BAD_HANDSHAKE_METHOD.answer(exchange);
        } else if (polls == upgrades) {
            EngineError.BAD_REQUEST.answer(exchange);
        } else if (!VERSION.equals(request.getParam("EIO"))) {
            EngineError.UNSUPPORTED_VERSION.answer(exchange);
        } else if (tools.clients.isStopping()) {
            EngineError.STOPPING.answer(exchange);
        } else {
            Context loop = VertxContext.getRootContext(vertx.getOrCreateContext());
            String token = Admission.token(request);
            EngineSession session = new EngineSession(sessions.newId(), tools.clients.shard(loop), tools,
                    self -> new Client(self, tools, token));
            if (polls) {
                session.run(() -> {
                    session.begin(null);
                    session.polls.poll(exchange);
                });
            } else {
                open(exchange, session, session);
            }
        }
    }

    /** @param fresh the session, when it begins with this WebSocket */
    private void open(RoutingContext exchange, EngineSession session, @Nullable EngineSession fresh) {
        HttpServerRequest request = exchange.request();
        request.toWebSocket().onSuccess(socket -> {
            WebSocketLink link = link(request, socket, session);
            session.run(() -> {
                if (fresh != null) {
                    session.begin(link);
                } else {
                    session.sockets.probe(link);
                }
            });
        }).onFailure(failure -> EngineError.BAD_REQUEST.answer(exchange));
    }

    private WebSocketLink link(HttpServerRequest request, ServerWebSocket socket, EngineSession session) {
        WebSocketLink link = new WebSocketLink(request, socket, vertx.getOrCreateContext(), session);
        link.guard(FrameGuard.on(request, tools.budget, session::owner,
                (int) tools.settings.maxPayload().asLongValue(),
                session.mostPayload(), EngineError.UPLOAD_INSTEAD,
                (code, reason) -> session.run(() -> session.sockets.refused(link, code, reason))));
        return link;
    }
}
