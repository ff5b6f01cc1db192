package dev.parley.relay;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

import dev.parley.account.Tokens;
import dev.parley.problem.Code;
import dev.parley.problem.Refusal;
import dev.parley.problem.SocketLimits;
import dev.parley.room.Announced;
import dev.parley.room.RoomAccess;
import dev.parley.room.Viewers;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.quarkus.vertx.VertxContextSupport;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.quarkus.websockets.next.HttpUpgradeCheck;
import io.quarkus.websockets.next.UserData;
import io.smallrye.mutiny.Uni;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;

/**
 * Who may open a socket: a page of an allowed origin, or no page at all, with a token in {@code ?token=}, the
 * Authorization header or the bearer subprotocol.
 */
@Singleton
class Handshake implements HttpUpgradeCheck {

    static final UserData.TypedKey<Admitted> ADMITTED = new UserData.TypedKey<>("admitted");

    /** After who asks was made known, and before the framework opens sockets. */
    private static final int INNERMOST = 1;

    /**
     * What the check learned, for the socket that is about to open.
     *
     * @param headers of its request, which the framework keeps for as long as the socket
     */
    record Admitted(Tokens.Verified who, long[] rooms, FrameGate gate, Channel channel, String base, @Nullable String roomId,
            MultiMap headers) {
    }

    private final Relay relay;
    private final Tokens tokens;
    private final RoomAccess access;
    private final Announced announced;
    private final Admission admission;
    private final FrameBudget budget;
    private final long mostReceived;
    private final Optional<String> baseUrl;

    Handshake(Relay relay, Tokens tokens, RoomAccess access, Announced announced, Admission admission,
            FrameBudget budget, SocketLimits limits,
            @ConfigProperty(name = "parley.base-url") Optional<String> baseUrl) {
        this.relay = relay;
        this.tokens = tokens;
        this.access = access;
        this.announced = announced;
        this.admission = admission;
        this.budget = budget;
        this.mostReceived = limits.message;
        this.baseUrl = baseUrl;
    }

    /**
     * Else the framework would keep the whole request for as long as its socket, to find out who asks, which no socket of
     * ours wants to know: that is what its token says.
     */
    void forgetIdentity(@Observes Filters filters) {
        filters.register(routing -> {
            String path = routing.normalizedPath();
            if (path.equals(ChatSocket.PATH) || path.equals(ChatSocket.PATH + '/')) {
                routing.remove(QuarkusHttpUser.DEFERRED_IDENTITY_KEY);
            }
            routing.next();
        }, INNERMOST);
    }

    @Override
    public Uni<CheckResult> perform(HttpUpgradeContext context) {
        HttpServerRequest request = context.httpRequest();
        if (relay.isStopping()) {
            return CheckResult.rejectUpgrade(Code.UNAVAILABLE.status);
        }
        if (!admission.allowsOriginOf(request)) {
            return CheckResult.rejectUpgrade(403);
        }
        String token = Admission.token(request);
        Channel channel = ((ConnectionBase) request.connection()).channel();
        String base = Viewers.base(baseUrl, request);
        String room = request.getParam("room_id");
        MultiMap headers = request.headers();
        return VertxContextSupport.executeBlocking(() -> {
            try {
                Tokens.Verified who = tokens.verify(token);
                admission.requireRoomFor(who.userId());
                // Before the upgrade, so that an inbox hears its rooms from its first moment, and nothing that an instance
                // misses while its database is away is taken for older than the socket.
                Map<Long, Long> versions = access.versionsOf(who.userId());
                announced.begun(versions);
                long[] rooms = versions.keySet().stream().mapToLong(Long::longValue).toArray();
                FrameGate gate = new FrameGate(channel, budget, who::userId, mostReceived);
                watch(channel, gate);
                // What is left is copied for the socket's life.
                List.copyOf(headers.names()).stream().filter(name -> !isOfHandshake(name)).forEach(headers::remove);
                context.userData().put(ADMITTED, new Admitted(who, rooms, gate, channel, base, room, headers));
                return CheckResult.permitUpgradeSync();
            } catch (Refusal refusal) {
                return CheckResult.rejectUpgradeSync(refusal.code.status, refusal.retryAfter > 0
                        ? Map.of("Retry-After", List.of(Integer.toString(refusal.retryAfter)))
                        : Map.of());
            }
        });
    }

    private static boolean isOfHandshake(String header) {
        String name = header.toLowerCase(Locale.ROOT);
        return name.equals("upgrade") || name.equals("connection") || name.equals("host") || name.startsWith("sec-websocket-");
    }

    /** On a connection where another handshake may have failed later, for a version that is not ours. */
    private static void watch(Channel channel, FrameGate gate) {
        ChannelPipeline pipeline = channel.pipeline();
        try {
            if (pipeline.get(FrameGate.NAME) == null) {
                pipeline.addBefore("httpDecoder", FrameGate.NAME, gate);
            } else {
                pipeline.replace(FrameGate.NAME, FrameGate.NAME, gate);
            }
        } catch (NoSuchElementException gone) {
            // So is the client, which hung up meanwhile.
            throw new Refusal(Code.UNAVAILABLE);
        }
    }
}
