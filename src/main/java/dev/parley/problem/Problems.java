package dev.parley.problem;

import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Collectors;

import jakarta.validation.ConstraintViolation;
import jakarta.validation.ConstraintViolationException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;

import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;

import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import io.vertx.core.http.HttpServerRequest;

/** Turns whatever a REST method throws into a problem object. What a client did is not logged; what we did is, once. */
public class Problems {

    private static final Logger LOG = Logger.getLogger(Problems.class);

    @ServerExceptionMapper
    public Response refused(Refusal refusal) {
        return Problem.response(refusal);
    }

    @ServerExceptionMapper
    public Response unauthorized(UnauthorizedException e) {
        return Problem.response(new Refusal(Code.NOT_AUTHENTICATED));
    }

    @ServerExceptionMapper
    public Response unauthorized(AuthenticationFailedException e, HttpServerRequest request) {
        // A database that is away is not the token's fault, and nobody is to be signed out for that.
        return switch (e.getCause()) {
            case null -> Problem.response(new Refusal(Code.NOT_AUTHENTICATED));
            case Refusal refusal -> Problem.response(refusal);
            case Throwable fault -> failed(fault, request);
        };
    }

    @ServerExceptionMapper
    public Response forbidden(ForbiddenException e) {
        return Problem.response(new Refusal(Code.FORBIDDEN));
    }

    @ServerExceptionMapper
    public Response wrongShape(MismatchedInputException e) {
        return Problem.response(reason(e));
    }

    @ServerExceptionMapper
    public Response invalid(ConstraintViolationException e) {
        String detail = e.getConstraintViolations().stream().map(Problems::sentence).sorted()
                .collect(Collectors.joining("; "));
        return Problem.response(new Refusal(Code.BAD_REQUEST, detail.isEmpty() ? Code.BAD_REQUEST.sentence : detail));
    }

    @ServerExceptionMapper
    public Response http(WebApplicationException e, UriInfo uri, HttpServerRequest request) {
        Response given = e.getResponse();
        int status = given.getStatus();
        if (status < 400 || given.hasEntity()) {
            return given;
        }
        if (status >= 500 && status != 503) {
            return failed(e, request);
        }
        Refusal reason = status == 400 ? reason(e) : new Refusal(status == 404 ? missing(uri) : Code.ofStatus(status));
        Response.ResponseBuilder answer = Response.fromResponse(Problem.response(reason));
        if (status != 400) {
            answer.status(status);
        }
        given.getHeaders().forEach((name, values) -> {
            if (!name.equalsIgnoreCase(HttpHeaders.CONTENT_TYPE) && !name.equalsIgnoreCase(HttpHeaders.CONTENT_LENGTH)) {
                values.forEach(value -> answer.header(name, value));
            }
        });
        return answer.build();
    }

    /** A path that names a room or a message by something that is no id names one that does not exist. */
    private static Code missing(UriInfo uri) {
        if (uri.getPathParameters().isEmpty()) {
            return Code.NOT_FOUND;
        }
        String path = uri.getPath();
        return path.startsWith("/api/chat/rooms/") ? Code.ROOM_NOT_FOUND
                : path.startsWith("/api/chat/messages/") ? Code.MESSAGE_NOT_FOUND : Code.NOT_FOUND;
    }

    @ServerExceptionMapper
    public Response unreadable(IOException e, HttpServerRequest request) {
        if (request.response().ended()) {
            LOG.debug("The request was cut off", e);
            return Problem.response(new Refusal(Code.REQUEST_TOO_LARGE));
        }
        if (isThrownIn(e, "org.jboss.resteasy.reactive.server.vertx.")) {
            LOG.debug("The client went away, or its chunks are none", e);
            return Problem.response(new Refusal(Code.BAD_REQUEST, "The request is incomplete"));
        }
        return e instanceof JsonProcessingException ? Problem.response(reason(e)) : failed(e, request);
    }

    @ServerExceptionMapper
    public Response failed(Throwable e, HttpServerRequest request) {
        if (find(e, Refusal.class) instanceof Refusal refusal) {
            return Problem.response(refusal);
        }
        // A media type or an encoded form that is none: the framework says so as if an argument of ours were wrong; a form of
        // too many fields, as if the program were.
        boolean argument = e instanceof IllegalArgumentException || e instanceof IndexOutOfBoundsException;
        if (argument && isThrownIn(e, "org.jboss.resteasy.reactive.common.")
                || e instanceof RuntimeException && e.getCause() == null
                        && isThrownIn(e, "org.jboss.resteasy.reactive.server.core.multipart.")) {
            return Problem.response(new Refusal(Code.BAD_REQUEST));
        }
        if (Outage.is(e)) {
            Outage.tell(e);
            return Problem.response(Outage.refusal(e));
        }
        if (e instanceof IllegalStateException && e.getCause() == null && request.response().ended()) {
            LOG.debug("Answered already, as too slow or by the framework", e);
            return Problem.response(new Refusal(Code.INTERNAL));
        }
        LOG.error("A request failed", e);
        return Problem.response(new Refusal(Code.INTERNAL));
    }

    /**
     * Told by the place, or by who called the JDK there: these are general exceptions, and ours to answer for when they come
     * from anywhere else.
     */
    private static boolean isThrownIn(Throwable e, String packages) {
        return Arrays.stream(e.getStackTrace()).map(StackTraceElement::getClassName)
                .filter(name -> !name.startsWith("java.") && !name.startsWith("jdk.")).findFirst()
                .filter(name -> name.startsWith(packages)).isPresent();
    }

    /** Jackson's own message would quote our classes; the field and the place are what the client needs. */
    private static Refusal reason(Throwable e) {
        if (find(e, Refusal.class) instanceof Refusal refusal) {
            return refusal;
        }
        if (find(e, JsonMappingException.class) instanceof JsonMappingException mapping) {
            String path = mapping.getPath().stream()
                    .map(step -> step.getFieldName() != null ? "." + step.getFieldName() : "[" + step.getIndex() + "]")
                    .collect(Collectors.joining());
            if (!path.isEmpty()) {
                return new Refusal(Code.BAD_REQUEST, "Wrong type or value of "
                        + (path.startsWith(".") ? path.substring(1) : path));
            }
        }
        if (find(e, JsonProcessingException.class) != null) {
            return new Refusal(Code.BAD_REQUEST, "The body is not valid JSON of the expected shape");
        }
        return new Refusal(Code.BAD_REQUEST);
    }

    private static String sentence(ConstraintViolation<?> violation) {
        String path = violation.getPropertyPath().toString().replace(".<list element>", "");
        String name = path.substring(path.lastIndexOf('.') + 1);
        // As the client writes it.
        return SnakeCaseStrategy.INSTANCE.translate(name) + " " + violation.getMessage();
    }

    private static <T> @Nullable T find(Throwable e, Class<T> type) {
        Throwable cause = e;
        for (int depth = 0; cause != null && depth < 20; depth++, cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return type.cast(cause);
            }
        }
        return null;
    }
}
