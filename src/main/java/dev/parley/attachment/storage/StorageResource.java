package dev.parley.attachment.storage;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestQuery;

import dev.parley.account.Caller;
import dev.parley.problem.Code;
import dev.parley.problem.Input;
import dev.parley.problem.Refusal;
import io.smallrye.common.annotation.RunOnVirtualThread;

@Path("/api/admin/storage")
@RolesAllowed(Caller.ADMIN)
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Administration", description = "For admins of the service")
class StorageResource {

    private final Account account;
    private final Reconciler reconciler;

    StorageResource(Account account, Reconciler reconciler) {
        this.account = account;
        this.reconciler = reconciler;
    }

    @GET
    @Operation(summary = "What is stored", description = "Files by state, what of deleted ones is still there, whose files "
            + "take most, and what the last comparison of store and rows found.")
    @APIResponse(responseCode = "403", description = "Only for admins of the service")
    @APIResponseSchema(StorageReport.class)
    public StorageReport report() {
        return account.now();
    }

    @POST
    @Path("reconcile")
    @Operation(summary = "Compare the store with the rows now", description = "Answers when it is done; the report has it as "
            + "well. With dry_run=false what is left behind is removed, with force=true even where it is suspiciously much. "
            + "Files whose bytes are lost are only reported.")
    @APIResponse(responseCode = "400", description = "`dry_run` or `force` is neither `true` nor `false`")
    @APIResponse(responseCode = "403", description = "Only for admins of the service")
    @APIResponse(responseCode = "409", description = "Another comparison is going on")
    @APIResponseSchema(Reconciliation.class)
    public Reconciliation reconcile(
            @Parameter(schema = @Schema(type = SchemaType.BOOLEAN, defaultValue = "true")) @RestQuery("dry_run") @DefaultValue("true") String dryRun,
            @Parameter(schema = @Schema(type = SchemaType.BOOLEAN, defaultValue = "false")) @RestQuery @DefaultValue("false") String force) {
        return reconciler.run(Input.truth("dry_run", dryRun), Input.truth("force", force))
                .orElseThrow(() -> new Refusal(Code.CONFLICT, "Another comparison is going on; its report will say"));
    }
}
