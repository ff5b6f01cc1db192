package dev.parley.attachment;

import java.util.UUID;

import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;

import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

import dev.parley.problem.Code;
import dev.parley.problem.Refusal;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.smallrye.common.annotation.RunOnVirtualThread;

/** Pictures of people. Their addresses hold an unguessable id and need no header, so that an {@code <img>} can load them. */
@Path("/api/avatars")
@PermitAll
@RunOnVirtualThread
@Tag(name = "People")
class PictureResource {

    /** One that was taken away is nobody's at once, and is removed later. */
    private static final String SHOWN = "from Attachment a where a.id = ?1 and a.state = ?2"
            + " and exists (select 1 from User u where u.avatarId = a.id)";

    private final Downloads downloads;

    PictureResource(Downloads downloads) {
        this.downloads = downloads;
    }

    @GET
    @Path("{id}")
    @Operation(summary = "Somebody's picture")
    @APIResponse(responseCode = "200", description = "The bytes", content = @Content(mediaType = "image/*", schema = @Schema(type = SchemaType.STRING, format = "binary")))
    @APIResponse(responseCode = "206", description = "The range asked for", content = @Content(mediaType = "image/*", schema = @Schema(type = SchemaType.STRING, format = "binary")))
    @APIResponse(responseCode = "304", description = "As the client has it")
    @APIResponse(responseCode = "403", description = "This file was blocked by the virus scanner")
    @APIResponse(responseCode = "404", description = "File not found")
    @APIResponse(responseCode = "416", description = "The file has no such range")
    @APIResponse(responseCode = "423", description = "This file is being scanned for viruses; try again")
    public Response get(UUID id, @Context Request request, @Context HttpHeaders headers) {
        Attachment picture = QuarkusTransaction.requiringNew()
                .call(() -> Attachment.find(SHOWN, id, Attachment.AVATAR).firstResult());
        if (picture == null) {
            throw new Refusal(Code.FILE_NOT_FOUND);
        }
        return downloads.answer(Download.of(picture), request, headers);
    }
}
