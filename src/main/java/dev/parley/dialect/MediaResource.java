package dev.parley.dialect;

import java.io.InputStream;
import java.util.List;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;

import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

import dev.parley.account.Caller;
import dev.parley.attachment.Attachment;
import dev.parley.attachment.FileServing;
import dev.parley.attachment.UploadForm;
import dev.parley.attachment.Uploads;
import dev.parley.problem.Code;
import dev.parley.problem.Input;
import dev.parley.room.Viewers;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;

/** Document 001: the message first, its files after. */
@Path("/api/v1/media")
@Authenticated
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Document 001")
class MediaResource {

    private final Caller caller;
    private final Viewers viewers;
    private final MessageFiles files;
    private final Uploads uploads;
    private final FileServing serving;
    private final DoorLimits limits;

    MediaResource(Caller caller, Viewers viewers, MessageFiles files, Uploads uploads, FileServing serving,
            DoorLimits limits) {
        this.caller = caller;
        this.viewers = viewers;
        this.files = files;
        this.uploads = uploads;
        this.serving = serving;
        this.limits = limits;
    }

    /** For the description alone. */
    @Schema(name = "MediaForm")
    record MediaForm(byte[] file, String messageId) {
    }

    @POST
    @Path("upload")
    @Consumes(MediaType.MULTIPART_FORM_DATA)
    @Operation(summary = "Add a file to a message", description = "To one of the caller's own. Everybody hears message_update, "
            + "with has_media true.")
    @RequestBody(content = @Content(mediaType = MediaType.MULTIPART_FORM_DATA, schema = @Schema(implementation = MediaForm.class)))
    @APIResponse(responseCode = "201", description = "Stored", content = @Content(schema = @Schema(implementation = Media.class)))
    @APIResponse(responseCode = "403", description = "Only its sender may add a file to a message")
    @APIResponse(responseCode = "404", description = "Message not found")
    @APIResponse(responseCode = "413", description = "File too large. Maximum size: 50.0MB")
    @APIResponse(responseCode = "415", description = "File type not allowed. Allowed types: …")
    @APIResponse(responseCode = "429", description = "Too many uploads")
    public Response upload(@HeaderParam(HttpHeaders.CONTENT_TYPE) String contentType, InputStream body) {
        try (UploadForm form = UploadForm.read(caller.id(), uploads, DoorLimits.knownTypes(limits.media()), 1, contentType,
                body)) {
            String message = Input.required("message_id", form.field("message_id"));
            Attachment file = form.file();
            Media media = files.add(viewers.of(caller.id()), Input.id(message, Code.MESSAGE_NOT_FOUND), file);
            form.keep();
            return Response.status(201).entity(media).build();
        }
    }

    @GET
    @Path("message/{message_id}")
    @Operation(summary = "A message's files")
    @APIResponse(responseCode = "200", description = "In the order in which they were added", content = @Content(schema = @Schema(type = SchemaType.ARRAY, implementation = Media.class)))
    @APIResponse(responseCode = "404", description = "Message not found")
    public List<Media> ofMessage(@PathParam("message_id") String messageId) {
        return files.of(viewers.of(caller.id()), Input.id(messageId, Code.MESSAGE_NOT_FOUND));
    }

    @GET
    @Path("files/{filename}")
    @Operation(summary = "A file's bytes", description = "By its file_name. Takes Range and If-None-Match.")
    @APIResponse(responseCode = "200", description = "The bytes", content = @Content(mediaType = MediaType.WILDCARD, schema = @Schema(type = SchemaType.STRING, format = "binary")))
    @APIResponse(responseCode = "206", description = "The range asked for", content = @Content(mediaType = MediaType.WILDCARD, schema = @Schema(type = SchemaType.STRING, format = "binary")))
    @APIResponse(responseCode = "304", description = "As the client has it")
    @APIResponse(responseCode = "403", description = "This file was blocked by the virus scanner")
    @APIResponse(responseCode = "404", description = "File not found")
    @APIResponse(responseCode = "416", description = "The file has no such range")
    @APIResponse(responseCode = "423", description = "This file is being scanned for viruses; try again")
    public Response file(String filename, @Context Request request, @Context HttpHeaders headers) {
        int dot = filename.indexOf('.');
        return serving.serve(Input.uuid(dot < 0 ? filename : filename.substring(0, dot), Code.FILE_NOT_FOUND), caller.id(),
                request, headers);
    }

    @DELETE
    @Path("{media_id}")
    @Operation(summary = "Delete a file", description = "By the sender of its message or an admin of the room. Everybody hears "
            + "message_update, or message_deleted when it was the last file of a message without text.")
    @APIResponse(responseCode = "204", description = "Done")
    @APIResponse(responseCode = "403", description = "Only its sender or an admin of the room may delete a file")
    @APIResponse(responseCode = "404", description = "File not found")
    @APIResponse(responseCode = "429", description = "Too many messages and changes of them")
    public void delete(@PathParam("media_id") String mediaId) {
        files.remove(caller.id(), Input.uuid(mediaId, Code.FILE_NOT_FOUND));
    }
}
