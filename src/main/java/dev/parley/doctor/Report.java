package dev.parley.doctor;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What only the server knows of its deployment.
 *
 * @param now by the server's clock
 * @param request how this request looked when it arrived
 * @param baseUrl as configured
 */
record Report(Instant now, String version, Seen request, @Nullable String baseUrl, Limits limits, List<Check> checks) {

    /**
     * A request as it arrived, behind whatever is between.
     *
     * @param host the authority that links are made of unless a base URL is configured
     * @param client the address that is taken for the client's
     * @param peer the address that is connected
     * @param forwardedFor the header {@code X-Forwarded-For} or {@code Forwarded}, whether believed or not
     * @param forwardedProto the header {@code X-Forwarded-Proto}, whether believed or not
     */
    record Seen(String scheme, @Nullable String host, @Nullable String client, @Nullable String peer,
            @Nullable String forwardedFor, @Nullable String forwardedProto, String protocol) {
    }

    /**
     * All in bytes.
     *
     * @param file the largest file
     * @param request the largest request
     * @param frame the largest frame of a socket
     */
    record Limits(long file, long request, long frame) {
    }
}
