package dev.parley.relay;

import java.util.List;
import java.util.Map;
import java.util.Optional;

import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

import dev.parley.account.Tokens;
import dev.parley.problem.Code;
import dev.parley.problem.Refusal;
import dev.parley.room.RoomAccess;
import dev.parley.room.Viewers;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.quarkus.vertx.VertxContextSupport;
import io.quarkus.vertx.http.runtime.VertxHttpConfig;
import io.quarkus.websockets.next.HttpUpgradeCheck;
import io.quarkus.websockets.next.UserData;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;

/**
 * Who may open a socket: a page of an allowed origin, or no page at all, with a token in {@code ?token=}, the
 * Authorization header or the bearer subprotocol.
 */
@Singleton
class Handshake implements HttpUpgradeCheck {

    static final UserData.TypedKey<Admitted> ADMITTED = new UserData.TypedKey<>("admitted");

    /** What the check learned, for the socket that is about to open. */
    record Admitted(Tokens.Verified who, long[] rooms, FrameGate gate, Channel channel, String base, @Nullable String roomId) {
    }

    private final Relay relay;
    private final Tokens tokens;
    private final RoomAccess access;
    private final Admission admission;
    private final FrameBudget budget;
    private final long mostReceived;
    private final Optional<String> baseUrl;

    Handshake(Relay relay, Tokens tokens, RoomAccess access, Admission admission, FrameBudget budget, VertxHttpConfig http,
            @ConfigProperty(name = "parley.base-url") Optional<String> baseUrl) {
        this.relay = relay;
        this.tokens = tokens;
        this.access = access;
        this.admission = admission;
        this.budget = budget;
        this.mostReceived = http.websocketServer().maxMessageSize().orElse(262_144);
        this.baseUrl = baseUrl;
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
        // The request lives as long as its socket, and its token need not, again.
        request.params().clear();
        return VertxContextSupport.executeBlocking(() -> {
            try {
                Tokens.Verified who = tokens.verify(token);
                admission.requireRoomFor(who.userId());
                // Read before the upgrade, so that an inbox hears its rooms from its first moment.
                long[] rooms = access.roomsOf(who.userId());
                FrameGate gate = new FrameGate(channel, budget, who::userId, mostReceived);
                watch(channel, gate);
                context.userData().put(ADMITTED, new Admitted(who, rooms, gate, channel, base, room));
                return CheckResult.permitUpgradeSync();
            } catch (Refusal refusal) {
                return CheckResult.rejectUpgradeSync(refusal.code.status, refusal.retryAfter > 0
                        ? Map.of("Retry-After", List.of(Integer.toString(refusal.retryAfter)))
                        : Map.of());
            }
        });
    }

    /** On a connection where another handshake may have failed later, for a version that is not ours. */
    private static void watch(Channel channel, FrameGate gate) {
        ChannelPipeline pipeline = channel.pipeline();
        if (pipeline.get(FrameGate.NAME) == null) {
            pipeline.addBefore("httpDecoder", FrameGate.NAME, gate);
        } else {
            pipeline.replace(FrameGate.NAME, FrameGate.NAME, gate);
        }
    }
}
