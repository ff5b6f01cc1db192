package dev.parley.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;

import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

import dev.parley.account.Caller;
import dev.parley.attachment.FileLimits;
import dev.parley.attachment.Uploads;
import dev.parley.problem.BodyLimit;
import dev.parley.problem.Code;
import dev.parley.problem.Refusal;
import dev.parley.problem.SocketLimits;
import io.quarkus.arc.All;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.mutiny.Multi;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;

@Path("/api/admin/doctor")
@RolesAllowed(Caller.ADMIN)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Administration")
@APIResponse(responseCode = "403", description = "Only for admins of the service")
class DoctorResource {

    private static final int TICKS = 5;
    private static final Duration TICK = Duration.ofMillis(200);
    private static final int PIECE = 64 * 1024;

    private final List<Checks> all;
    private final Uploads uploads;
    private final Caller caller;
    private final FileLimits files;
    private final BodyLimit largest;
    private final SocketLimits sockets;
    private final Optional<String> baseUrl;
    private final String version;

    DoctorResource(@All List<Checks> all, Uploads uploads, Caller caller, FileLimits files, BodyLimit largest,
            SocketLimits sockets, @ConfigProperty(name = "parley.base-url") Optional<String> baseUrl,
            @ConfigProperty(name = "quarkus.application.version") String version) {
        this.all = all;
        this.uploads = uploads;
        this.caller = caller;
        this.files = files;
        this.largest = largest;
        this.sockets = sockets;
        this.baseUrl = baseUrl;
        this.version = version;
    }

    /** @param tookMillis from the first byte that arrived to the last */
    record Sunk(long received, long tookMillis) {
    }

    @GET
    @RunOnVirtualThread
    @Operation(summary = "Is this deployment well?", description = "What the server can tell: database, store, disk, clocks, "
            + "limits, and how this request looked when it arrived. The page /doctor tries the rest from a browser.")
    @APIResponseSchema(Report.class)
    public Report report(@Context HttpServerRequest request) {
        List<Check> checks = all.stream().flatMap(some -> some.run().stream()).toList();
        return new Report(Instant.now(), version, seen(request), baseUrl.orElse(null),
                new Report.Limits(files.allowance().largest(),
                        largest.bytes, sockets.frame),
                checks);
    }

    @POST
    @Path("sink")
    @Consumes(MediaType.MULTIPART_FORM_DATA) // As uploads do: no other type may be that large.
    @RunOnVirtualThread
    @Operation(summary = "Try how large a request passes", description = "The bytes are counted and forgotten, whatever they are.")
    @APIResponse(responseCode = "413", description = "Larger than this server takes")
    @APIResponseSchema(Sunk.class)
    public Sunk sink(InputStream body) {
        byte[] piece = new byte[PIECE];
        long received = 0;
        long start = 0;
        try {
            for (int got = body.read(piece); got >= 0; got = body.read(piece)) {
                start = start == 0 ? System.nanoTime() : start;
                received += got;
            }
        } catch (IOException e) {
            throw new Refusal(Code.BAD_REQUEST, "The body broke off after " + received + " bytes");
        }
        return new Sunk(received, start == 0 ? 0 : (System.nanoTime() - start) / 1_000_000);
    }

    @GET
    @Path("stream")
    @Produces(MediaType.TEXT_PLAIN)
    @NonBlocking
    @Operation(summary = "Try whether answers pass as they are made", description = "Five lines, 200 ms apart. A proxy that "
            + "collects answers lets them arrive together.")
    @APIResponse(responseCode = "200", description = "The lines", content = @Content(mediaType = MediaType.TEXT_PLAIN, schema = @Schema(implementation = String.class)))
    public Multi<String> stream() {
        return Multi.createFrom().ticks().every(TICK).select().first(TICKS).map(tick -> "tick " + tick + "\n");
    }

    @DELETE
    @Path("uploads/{id}")
    @RunOnVirtualThread
    @Operation(summary = "Forget one's own upload", description = "Of one that no message took; any other stays as it is.")
    @APIResponse(responseCode = "204", description = "Done")
    public void forget(UUID id) {
        uploads.withdraw(caller.id(), id);
    }

    private static Report.Seen seen(HttpServerRequest request) {
        String forwarded = request.getHeader("X-Forwarded-For");
        return new Report.Seen(String.valueOf(request.scheme()),
                request.authority() == null ? null : request.authority().toString(), address(request.remoteAddress()),
                address(request.connection().remoteAddress()),
                forwarded != null ? forwarded : request.getHeader("Forwarded"), request.getHeader("X-Forwarded-Proto"),
                request.version().alpnName());
    }

    private static @Nullable String address(@Nullable SocketAddress address) {
        return address == null ? null : address.hostAddress();
    }
}
