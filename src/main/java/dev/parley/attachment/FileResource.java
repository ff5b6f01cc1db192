package dev.parley.attachment;

import java.util.UUID;

import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;

import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

import dev.parley.account.Caller;
import dev.parley.attachment.preview.PreviewSize;
import dev.parley.problem.Code;
import dev.parley.problem.Input;
import dev.parley.problem.Refusal;
import io.smallrye.common.annotation.RunOnVirtualThread;

/** Serves files to those who may see them now: by a signed address, or by the Authorization header. */
@Path(SignedUrls.PREFIX)
@PermitAll
@RunOnVirtualThread
@Tag(name = "Files")
class FileResource {

    private final Caller caller;
    private final SignedUrls urls;
    private final FileServing files;

    FileResource(Caller caller, SignedUrls urls, FileServing files) {
        this.caller = caller;
        this.urls = urls;
        this.files = files;
    }

    @GET
    @Path("{id}")
    @Operation(summary = "A file's bytes", description = "By the address in file_path, or with a token. Checked against the "
            + "present membership at every use. Takes Range and If-None-Match.")
    @APIResponse(responseCode = "200", description = "The bytes", content = @Content(mediaType = MediaType.WILDCARD, schema = @Schema(type = SchemaType.STRING, format = "binary")))
    @APIResponse(responseCode = "206", description = "The range asked for", content = @Content(mediaType = MediaType.WILDCARD, schema = @Schema(type = SchemaType.STRING, format = "binary")))
    @APIResponse(responseCode = "304", description = "As the client has it")
    @APIResponse(responseCode = "401", description = "Neither a signed address nor a token")
    @APIResponse(responseCode = "403", description = "This link is not valid or has expired; or this file was blocked by the "
            + "virus scanner")
    @APIResponse(responseCode = "404", description = "File not found")
    @APIResponse(responseCode = "416", description = "The file has no such range")
    @APIResponse(responseCode = "423", description = "This file is being scanned for viruses; try again")
    public Response get(String id, @QueryParam("user") @Nullable String user,
            @QueryParam("expires") @Nullable String expires, @QueryParam("signature") @Nullable String signature,
            @Context Request request, @Context HttpHeaders headers) {
        UUID fileId = Input.uuid(id, Code.FILE_NOT_FOUND);
        long viewer = viewer(fileId, user, expires, signature);
        return files.serve(fileId, viewer, request, headers);
    }

    @GET
    @Path("{id}/preview")
    @Operation(summary = "A smaller picture of a file", description = "By the addresses in thumbnail_path and preview_path, or "
            + "with a token; for exactly those who may have the file. WebP that fits into 480 or 1,280 pixels square: the "
            + "image, a frame of the video, the first page of the PDF.")
    @APIResponse(responseCode = "200", description = "The picture", content = @Content(mediaType = "image/webp", schema = @Schema(type = SchemaType.STRING, format = "binary")))
    @APIResponse(responseCode = "206", description = "The range asked for", content = @Content(mediaType = "image/webp", schema = @Schema(type = SchemaType.STRING, format = "binary")))
    @APIResponse(responseCode = "304", description = "As the client has it")
    @APIResponse(responseCode = "401", description = "Neither a signed address nor a token")
    @APIResponse(responseCode = "403", description = "As of the file itself")
    @APIResponse(responseCode = "404", description = "File not found; also when there is no such picture, or not yet")
    @APIResponse(responseCode = "416", description = "The file has no such range")
    @APIResponse(responseCode = "423", description = "This file is being scanned for viruses; try again")
    public Response preview(String id, @QueryParam("size") @DefaultValue("small") String size,
            @QueryParam("user") @Nullable String user, @QueryParam("expires") @Nullable String expires,
            @QueryParam("signature") @Nullable String signature, @Context Request request, @Context HttpHeaders headers) {
        UUID fileId = Input.uuid(id, Code.FILE_NOT_FOUND);
        long viewer = viewer(fileId, user, expires, signature);
        return files.servePreview(fileId, PreviewSize.of(size), viewer, request, headers);
    }

    private long viewer(UUID file, @Nullable String user, @Nullable String expires, @Nullable String signature) {
        if (signature == null) {
            return caller.id();
        }
        try {
            long userId = Long.parseLong(String.valueOf(user));
            if (urls.verify(file, userId, Long.parseLong(String.valueOf(expires)), signature)) {
                return userId;
            }
        } catch (NumberFormatException e) {
            // As wrong as a wrong signature.
        }
        throw new Refusal(Code.BAD_SIGNATURE);
    }
}
