package dev.parley.attachment;

import java.util.Arrays;

import jakarta.inject.Singleton;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.ResponseBuilder;
import jakarta.ws.rs.core.Response.Status;

import org.jspecify.annotations.Nullable;

import dev.parley.problem.Code;
import dev.parley.problem.Problem;
import dev.parley.problem.Refusal;

/**
 * Answers a request for stored bytes, the same from every store: whole, in part (RFC 9110, 14), or not at all because
 * the client has them (13.1.2). Whether the caller may have them was decided before.
 */
@Singleton
public class Downloads {

    /**
     * Nothing of a file runs, loads or submits anything, also when a browser opens it as a page of its own. The image,
     * media and style rules are for the page that a browser itself builds around a lone image or video.
     */
    private static final String POLICY = "sandbox; default-src 'none'; img-src 'self'; media-src 'self';"
            + " style-src 'unsafe-inline'";

    private final ObjectStore store;

    public Downloads(ObjectStore store) {
        this.store = store;
    }

    /**
     * 200, 206, 304 or 416 with the headers that go with it; {@code HEAD} gets the headers of the whole.
     *
     * @throws Refusal {@link Code#FILE_NOT_FOUND} when the bytes are gone
     */
    public Response answer(Download file, Request request, HttpHeaders asked) {
        String tag = '"' + file.tag() + '"';
        if (matches(asked.getHeaderString(HttpHeaders.IF_NONE_MATCH), tag)) {
            return headed(Response.status(Status.NOT_MODIFIED), tag).build();
        }
        if (HttpMethod.HEAD.equals(request.getMethod())) {
            return described(Response.ok(), file, tag).header(HttpHeaders.CONTENT_LENGTH, file.size()).build();
        }
        return switch (range(file, tag, asked)) {
            case ByteRange.Whole() -> described(Response.ok(bytes(file, 0, file.size())), file, tag)
                    .header(HttpHeaders.CONTENT_LENGTH, file.size())
                    .build();
            case ByteRange.Part(long offset, long length) -> {
                ResponseBuilder part = Response.status(Status.PARTIAL_CONTENT).entity(bytes(file, offset, length));
                yield described(part, file, tag)
                        .header("Content-Range", "bytes " + offset + "-" + (offset + length - 1) + "/" + file.size())
                        .header(HttpHeaders.CONTENT_LENGTH, length)
                        .build();
            }
            case ByteRange.Beyond() -> Response.fromResponse(
                    Problem.response(new Refusal(Code.RANGE_NOT_SATISFIABLE)))
                    .header("Content-Range", "bytes */" + file.size())
                    .build();
        };
    }

    private StoredBytes bytes(Download file, long offset, long length) {
        return StoredBytes.open(store, file.key(), offset, length);
    }

    private static ResponseBuilder described(ResponseBuilder answer, Download file, String tag) {
        return headed(answer, tag)
                .type(file.contentType())
                .header("Accept-Ranges", "bytes")
                .header("X-Content-Type-Options", "nosniff")
                .header("Content-Security-Policy", POLICY)
                .header("Cross-Origin-Resource-Policy", "cross-origin")
                .header("Referrer-Policy", "no-referrer")
                .header(HttpHeaders.CONTENT_DISPOSITION, Disposition.of(file.inline(), file.name()));
    }

    /** Browsers ask again every time, since the right to a file may have ended, but need not fetch it again. */
    private static ResponseBuilder headed(ResponseBuilder answer, String tag) {
        return answer.header(HttpHeaders.ETAG, tag).header(HttpHeaders.CACHE_CONTROL, "private, no-cache");
    }

    /** {@code If-Range} compares strongly, and a date never matches: files are told apart by their tags alone. */
    private static ByteRange range(Download file, String tag, HttpHeaders asked) {
        String condition = asked.getHeaderString("If-Range");
        if (condition != null && !condition.strip().equals(tag)) {
            return new ByteRange.Whole();
        }
        return ByteRange.of(asked.getHeaderString("Range"), file.size());
    }

    private static boolean matches(@Nullable String list, String tag) {
        return list != null && Arrays.stream(list.split(","))
                .map(String::strip)
                .map(one -> one.startsWith("W/") ? one.substring(2) : one)
                .anyMatch(one -> one.equals("*") || one.equals(tag));
    }
}
