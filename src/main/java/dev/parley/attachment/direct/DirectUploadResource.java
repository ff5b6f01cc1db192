package dev.parley.attachment.direct;

import java.util.List;
import java.util.UUID;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

import dev.parley.account.Caller;
import dev.parley.attachment.DirectStore.Place;
import dev.parley.attachment.resumable.DirectUploads;
import dev.parley.attachment.resumable.UploadView;
import dev.parley.problem.Code;
import dev.parley.problem.Input;
import dev.parley.problem.Refusal;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;

@Path("/api/direct-uploads")
@Authenticated
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Direct uploads", description = "To the bucket itself, by presigned PUTs; off unless parley.uploads.direct is set")
class DirectUploadResource {

    private final Caller caller;
    private final DirectUploads uploads;
    private final boolean on;

    DirectUploadResource(Caller caller, DirectUploads uploads,
            @ConfigProperty(name = "parley.uploads.direct", defaultValue = "false") boolean on) {
        this.caller = caller;
        this.uploads = uploads;
        this.on = on;
    }

    /**
     * @param size exact, in bytes
     * @param roomId where the file is to be posted, with content; without, it waits for attachment_ids
     * @param duration seconds, taken where the bytes do not tell
     */
    record NewUpload(@NotNull Long size, @Nullable String name, @Nullable Long roomId, @Nullable String content,
            @Nullable Double duration) {
    }

    /** @param puts each is one PUT of exactly its size, with its headers and no others; good for an hour */
    @RegisterForReflection
    record Begun(UUID id, List<Place> puts) {
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Begin an upload to the bucket", description = "Answers the PUTs to be made there: one for a small file, "
            + "one for each part of a larger one. Nobody sees the file before it is completed here.")
    @APIResponse(responseCode = "201", description = "Put the bytes, then complete", content = @Content(schema = @Schema(implementation = Begun.class)))
    @APIResponse(responseCode = "404", description = "Room not found; or these uploads are off")
    @APIResponse(responseCode = "413", description = "File too large. Maximum size: 100.0MB")
    @APIResponse(responseCode = "429", description = "Too many uploads")
    public Response begin(@Valid @NotNull NewUpload upload) {
        requireOn();
        String content = Input.storable("content", upload.content == null ? "" : upload.content);
        if (upload.size < 0) {
            throw new Refusal(Code.BAD_REQUEST, "size must not be negative");
        }
        DirectUploads.Begun begun = uploads.begin(caller.id(), upload.size, upload.name == null ? "file" : upload.name,
                upload.roomId, content, upload.duration);
        return Response.status(201).entity(new Begun(begun.id(), begun.places())).build();
    }

    @POST
    @Path("{id}/complete")
    @Consumes(MediaType.WILDCARD)
    @Operation(summary = "Complete an upload to the bucket", description = "Checks that all is there, what it is and whether it is "
            + "taken, and posts it if a room was named. May be asked again when the answer was lost.")
    @APIResponse(responseCode = "404", description = "Upload not found; or these uploads are off")
    @APIResponse(responseCode = "409", description = "Not all of the file is in the bucket")
    @APIResponse(responseCode = "413", description = "File too large. Maximum size: 10.0MB")
    @APIResponse(responseCode = "415", description = "File type not allowed. Allowed types: …")
    @APIResponseSchema(UploadView.class)
    public UploadView complete(String id) {
        requireOn();
        return uploads.complete(caller.id(), Input.uuid(id, Code.UPLOAD_NOT_FOUND));
    }

    @DELETE
    @Path("{id}")
    @Operation(summary = "Give an upload to the bucket up", description = "A file that a message has taken stays.")
    @APIResponse(responseCode = "204", description = "Gone")
    @APIResponse(responseCode = "404", description = "Upload not found; or these uploads are off")
    public Response delete(String id) {
        requireOn();
        uploads.end(caller.id(), Input.uuid(id, Code.UPLOAD_NOT_FOUND));
        return Response.noContent().build();
    }

    private void requireOn() {
        if (!on) {
            throw new Refusal(Code.NOT_FOUND);
        }
    }
}
