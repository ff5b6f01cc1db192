package dev.parley.problem;

import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;

/**
 * The body of every refusal: a problem object of RFC 9457 with the stable {@code code} of {@link Code}.
 *
 * @param title the status's own name
 * @param status the HTTP status
 * @param detail the documents' sentence, for people
 * @param code what a program compares with
 */
@RegisterForReflection
public record Problem(String title, int status, String detail, String code) {

    public static final String MEDIA_TYPE = "application/problem+json";

    public static Problem of(Code code, String detail) {
        return new Problem(code.title(), code.status, detail, code.id());
    }

    public static Response response(Refusal refusal) {
        Response.ResponseBuilder answer = Response.status(refusal.code.status)
                .type(MEDIA_TYPE)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .entity(of(refusal.code, refusal.detail()));
        if (refusal.retryAfter > 0) {
            answer.header(HttpHeaders.RETRY_AFTER, refusal.retryAfter);
        }
        if (refusal.code.status == 401) {
            answer.header(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
        }
        return answer.build();
    }

    /**
     * Sends it below REST.
     *
     * @param status of the answer, which may be more special than that of the code
     */
    public static Future<Void> send(HttpServerResponse response, Refusal refusal, int status) {
        Problem problem = of(refusal.code, refusal.detail());
        response.setStatusCode(status).putHeader(HttpHeaders.CONTENT_TYPE, MEDIA_TYPE)
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        if (refusal.retryAfter > 0) {
            response.putHeader(HttpHeaders.RETRY_AFTER, Integer.toString(refusal.retryAfter));
        }
        if (status == 401) {
            response.putHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
        }
        return response.end(new JsonObject().put("title", problem.title).put("status", problem.status)
                .put("detail", problem.detail).put("code", problem.code).encode());
    }
}
