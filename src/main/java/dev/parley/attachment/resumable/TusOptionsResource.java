package dev.parley.attachment.resumable;

import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.OPTIONS;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;

import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

import dev.parley.attachment.FileLimits;
import io.smallrye.common.annotation.RunOnVirtualThread;

/** What may be asked without a token. */
@Path(Tus.PATH)
@PermitAll
@RunOnVirtualThread
@Tag(name = "Resumable uploads")
class TusOptionsResource {

    private final FileLimits limits;

    TusOptionsResource(FileLimits limits) {
        this.limits = limits;
    }

    @OPTIONS
    @Operation(summary = "What of tus is spoken here", description = "Tus-Version, Tus-Extension, Tus-Max-Size, "
            + "Tus-Checksum-Algorithm")
    @APIResponse(responseCode = "204", description = "In the headers")
    public Response options() {
        return Response.noContent().header("Tus-Extension", Tus.EXTENSIONS)
                .header("Tus-Max-Size", limits.allowance().largest())
                .header("Tus-Checksum-Algorithm", Checksum.algorithms()).build();
    }
}
