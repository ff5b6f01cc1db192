package dev.parley.relay;

import java.util.List;
import java.util.Optional;

import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

import dev.parley.problem.Code;
import dev.parley.problem.Refusal;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;

/** What every live door asks a request that wants to listen: whose page it comes from, and for a token. */
@Singleton
public class Admission {

    private static final int RETRY_SECONDS = 30;
    private static final String BEARER = "Bearer ";

    private final List<String> origins;
    private final Here here;
    private final int perUser;

    /** @param origins the framework's own list, so that whose pages may call may listen */
    Admission(Here here, RelaySettings settings,
            @ConfigProperty(name = "quarkus.http.cors.origins") Optional<List<String>> origins) {
        this.origins = origins.orElse(List.of());
        this.here = here;
        this.perUser = settings.perUser();
    }

    /** Whether it comes from a page of this service or of an allowed origin, or from no page at all. */
    public boolean allowsOriginOf(HttpServerRequest request) {
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        if (origin == null) {
            return true;
        }
        String own = request.scheme() + "://" + request.authority();
        return origin.equalsIgnoreCase(own)
                || origins.stream().anyMatch(each -> each.equals("*") || each.equalsIgnoreCase(origin));
    }

    /** @throws Refusal {@link Code#TOO_MANY_REQUESTS} for a user who has as many sockets as a user may have */
    public void requireRoomFor(long userId) {
        if (here.sockets(userId) >= perUser) {
            throw new Refusal(Code.TOO_MANY_REQUESTS, "Too many sockets", RETRY_SECONDS);
        }
    }

    /** Whether a user has more sockets than a user may have: many may have opened at once. */
    public boolean isCrowded(long userId) {
        return here.sockets(userId) > perUser;
    }

    /** The token in {@code ?token=} or the Authorization header. */
    public static @Nullable String token(HttpServerRequest request) {
        String parameter = request.getParam("token");
        if (parameter != null) {
            return parameter;
        }
        String header = request.getHeader(HttpHeaders.AUTHORIZATION);
        return header != null && header.regionMatches(true, 0, BEARER, 0, BEARER.length())
                ? header.substring(BEARER.length()).strip()
                : null;
    }
}
