package dev.parley.problem;

import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.RejectedExecutionException;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.ws.rs.core.HttpHeaders;

import org.jboss.logging.Logger;

import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import io.quarkus.vertx.http.runtime.RouteConstants;
import io.quarkus.vertx.http.runtime.VertxHttpRecorder;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** Problem objects for what fails below REST: too large requests, and routes that fail with a bare status. */
@ApplicationScoped
public class TransportProblems {

    private static final Logger LOG = Logger.getLogger(TransportProblems.class);

    /**
     * Whatever is no form with files, and no piece of an upload, is read into memory: a picture of oneself is the largest of
     * it.
     */
    private static final long LIMIT_IN_MEMORY = 16L * 1024 * 1024;

    private final long limit;

    TransportProblems(BodyLimit limit) {
        this.limit = limit.bytes;
    }

    void register(@Observes Router router) {
        // One step before the framework's own check, whose 413 has no body.
        router.route().order(RouteConstants.ROUTE_ORDER_UPLOAD_LIMIT - 1).handler(this::refuseTooLarge)
                .failureHandler(this::explain);
        // One step after it, for bodies that announce no length.
        router.route().order(RouteConstants.ROUTE_ORDER_UPLOAD_LIMIT + 1).handler(context -> {
            // What JSON may be is JsonLimit's to say.
            context.put(VertxHttpRecorder.MAX_REQUEST_SIZE_KEY, type(context).contains("json") ? limit : limit(context));
            context.next();
        });
        for (int status : new int[] { 400, 404, 405, 406, 413, 415 }) {
            Handler<RoutingContext> bare = context -> answer(context, new Refusal(Code.ofStatus(status)), status);
            router.errorHandler(status, bare);
        }
    }

    private void refuseTooLarge(RoutingContext context) {
        String length = context.request().getHeader(HttpHeaders.CONTENT_LENGTH);
        if (length == null || Long.parseLong(length) <= limit(context)) {
            context.next();
            return;
        }
        answer(context, new Refusal(Code.REQUEST_TOO_LARGE), Code.REQUEST_TOO_LARGE.status);
    }

    private long limit(RoutingContext context) {
        String type = type(context);
        return type.startsWith("multipart/") || type.startsWith("application/offset+octet-stream") ? limit
                : Math.min(limit, type.contains("json") ? JsonLimit.BYTES : LIMIT_IN_MEMORY);
    }

    private static String type(RoutingContext context) {
        String given = context.request().getHeader(HttpHeaders.CONTENT_TYPE);
        return given == null ? "" : given.toLowerCase(Locale.ROOT);
    }

    private void explain(RoutingContext context) {
        int status = context.statusCode();
        Refusal refusal = switch (context.failure()) {
            case null -> new Refusal(Code.ofStatus(status));
            case Refusal known -> known;
            case UnauthorizedException unknown -> new Refusal(Code.NOT_AUTHENTICATED);
            case AuthenticationFailedException bad ->
                bad.getCause() instanceof Refusal known ? known : new Refusal(Code.NOT_AUTHENTICATED);
            case ForbiddenException forbidden -> new Refusal(Code.FORBIDDEN);
            case RejectedExecutionException busy -> new Refusal(Code.UNAVAILABLE);
            case IOException gone when !(status >= 400 && status < 500) -> {
                LOG.debug("The client went away", gone);
                yield new Refusal(Code.INTERNAL);
            }
            case IllegalStateException late when context.response().ended() -> {
                // The framework has answered a body past the limit by itself and then found nothing left to answer.
                LOG.debug("Answered already", late);
                yield new Refusal(Code.INTERNAL);
            }
            case Throwable fault -> {
                if (status < 400 || status >= 500) {
                    LOG.error("A request failed below REST", fault);
                }
                yield new Refusal(Code.ofStatus(status < 400 ? 500 : status));
            }
        };
        boolean general = refusal.code.equals(Code.ofStatus(status)) && status >= 400;
        answer(context, refusal, general ? status : refusal.code.status);
    }

    private void answer(RoutingContext context, Refusal refusal, int status) {
        HttpServerResponse response = context.response();
        if (!response.ended() && !response.headWritten()) {
            Problem.send(response, refusal, status);
        }
    }
}
