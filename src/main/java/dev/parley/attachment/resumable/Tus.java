package dev.parley.attachment.resumable;

import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

import jakarta.enterprise.event.Observes;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response.ResponseBuilder;

import org.jspecify.annotations.Nullable;

import dev.parley.problem.Code;
import dev.parley.problem.Input;
import dev.parley.problem.Refusal;
import io.quarkus.vertx.http.runtime.filters.Filters;

/** The headers of tus 1.0. */
class Tus {

    static final String PATH = "/api/uploads";
    static final String VERSION = "1.0.0";
    static final String BYTES = "application/offset+octet-stream";
    static final String EXTENSIONS = "creation,creation-with-upload,creation-defer-length,expiration,checksum,termination";

    private static final int EARLY = 9_000;

    /** On every answer, refusals that are made elsewhere too. */
    void install(@Observes Filters filters) {
        filters.register(exchange -> {
            if (exchange.normalizedPath().startsWith(PATH)) {
                exchange.response().putHeader("Tus-Resumable", VERSION).putHeader("Tus-Version", VERSION);
            }
            exchange.next();
        }, EARLY);
    }

    static void requireVersion(HttpHeaders headers) {
        if (!VERSION.equals(headers.getHeaderString("Tus-Resumable"))) {
            throw new Refusal(Code.TUS_VERSION);
        }
    }

    static boolean hasBytes(HttpHeaders headers) {
        String type = headers.getHeaderString(HttpHeaders.CONTENT_TYPE);
        return type != null && type.strip().equalsIgnoreCase(BYTES);
    }

    static void requireBytes(HttpHeaders headers) {
        if (!hasBytes(headers)) {
            throw new Refusal(Code.UNSUPPORTED_MEDIA_TYPE, "The Content-Type must be " + BYTES);
        }
    }

    /** A header with a number of bytes, null when it is missing. */
    static @Nullable Long number(HttpHeaders headers, String name) {
        String value = headers.getHeaderString(name);
        return value == null ? null : (Long) Input.number(name, value.isBlank() ? "none" : value, 0, 0, Input.MAX_ID);
    }

    /** @return null when it will be told later */
    static @Nullable Long newLength(HttpHeaders headers) {
        Long length = number(headers, "Upload-Length");
        String deferred = headers.getHeaderString("Upload-Defer-Length");
        if ((length == null) != "1".equals(deferred) || length != null && deferred != null) {
            throw new Refusal(Code.BAD_REQUEST, "Give either Upload-Length, or Upload-Defer-Length: 1");
        }
        return length;
    }

    /** How far an upload is, until when it is kept, and what became of it. */
    static ResponseBuilder tell(ResponseBuilder answer, Upload upload) {
        answer.header("Upload-Offset", upload.offset()).header(HttpHeaders.CACHE_CONTROL, "no-store").header("Upload-Expires",
                DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.ofInstant(upload.expiresAt(), ZoneOffset.UTC)));
        if (upload.state() == Upload.State.FINISHED) {
            answer.header("Upload-Attachment", upload.attachment());
            if (upload.message() != null) {
                answer.header("Upload-Message", upload.message());
            }
        }
        return answer;
    }
}
