package dev.parley.attachment.resumable;

import java.io.InputStream;
import java.util.Locale;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.ResponseBuilder;

import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

import dev.parley.account.Caller;
import dev.parley.problem.Code;
import dev.parley.problem.Input;
import dev.parley.problem.Refusal;
import dev.parley.room.Viewers;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;

/** tus 1.0: an upload is its owner's alone, and nobody else's to know of. */
@Path(Tus.PATH)
@Authenticated
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Resumable uploads", description = "tus 1.0.0 with creation, creation-with-upload, creation-defer-length, expiration, "
        + "checksum and termination. Every request but OPTIONS and GET names Tus-Resumable: 1.0.0.")
class ResumableUploadResource {

    private final Caller caller;
    private final Viewers viewers;
    private final NewUploads created;
    private final Resuming uploads;

    ResumableUploadResource(Caller caller, Viewers viewers, NewUploads created, Resuming uploads) {
        this.caller = caller;
        this.viewers = viewers;
        this.created = created;
        this.uploads = uploads;
    }

    @POST
    @Consumes(MediaType.WILDCARD)
    @Operation(summary = "Begin a resumable upload", description = "Upload-Length (or Upload-Defer-Length: 1) and "
            + "Upload-Metadata with filename, filetype, room_id, content and duration, each in base64. The first bytes may come "
            + "along, as application/offset+octet-stream. With room_id the finished upload is posted there, as a message "
            + "with content; without, its Upload-Attachment is for attachment_ids.")
    @Parameter(name = "Tus-Resumable", in = ParameterIn.HEADER, required = true, schema = @Schema(type = SchemaType.STRING))
    @Parameter(name = "Upload-Length", in = ParameterIn.HEADER, schema = @Schema(type = SchemaType.INTEGER))
    @Parameter(name = "Upload-Defer-Length", description = "1: the length is not known yet", in = ParameterIn.HEADER, schema = @Schema(type = SchemaType.INTEGER))
    @Parameter(name = "Upload-Metadata", in = ParameterIn.HEADER, schema = @Schema(type = SchemaType.STRING))
    @RequestBody(required = false, content = @Content(mediaType = Tus.BYTES, schema = @Schema(type = SchemaType.STRING, format = "binary")))
    @APIResponse(responseCode = "201", description = "Its address is the Location", content = @Content(schema = @Schema(implementation = UploadView.class)))
    @APIResponse(responseCode = "404", description = "Room not found")
    @APIResponse(responseCode = "412", description = "This version of tus is not spoken here")
    @APIResponse(responseCode = "413", description = "File too large. Maximum size: 100.0MB")
    @APIResponse(responseCode = "429", description = "Too many uploads")
    public Response create(@Context HttpHeaders headers, InputStream body) {
        Tus.requireVersion(headers);
        Resuming.Piece first = Tus.hasBytes(headers) ? piece(headers, body, null) : null;
        Upload upload = created.create(caller.id(), headers);
        String location = viewers.of(caller.id()).base() + Tus.PATH + "/" + upload.id();
        if (first != null) {
            upload = uploads.beginWith(upload, first);
        }
        return Tus.tell(Response.status(201), upload).header(HttpHeaders.LOCATION, location).entity(UploadView.of(upload))
                .build();
    }

    @HEAD
    @Path("{id}")
    @Operation(summary = "How far an upload is", description = "Upload-Offset, and Upload-Length or Upload-Defer-Length")
    @Parameter(name = "Tus-Resumable", in = ParameterIn.HEADER, required = true, schema = @Schema(type = SchemaType.STRING))
    @APIResponse(responseCode = "200", description = "In the headers")
    @APIResponse(responseCode = "404", description = "Upload not found")
    @APIResponse(responseCode = "410", description = "The upload was refused, and has ended")
    @APIResponse(responseCode = "412", description = "This version of tus is not spoken here")
    @APIResponse(responseCode = "423", description = "It is being finished; ask again")
    public Response head(String id, @Context HttpHeaders headers) {
        Tus.requireVersion(headers);
        Upload upload = uploads.look(caller.id(), Input.uuid(id, Code.UPLOAD_NOT_FOUND));
        if (upload.state() == Upload.State.FAILED) {
            throw Lease.ended(upload);
        }
        ResponseBuilder answer = Tus.tell(Response.ok(), upload);
        if (!upload.metadata().raw().isEmpty()) {
            answer.header("Upload-Metadata", upload.metadata().raw());
        }
        return (upload.length() == null ? answer.header("Upload-Defer-Length", 1)
                : answer.header("Upload-Length", upload.length())).build();
    }

    @GET
    @Path("{id}")
    @Operation(summary = "How far an upload is, and what became of it", description = "For a client whose last answer was "
            + "lost; kept for a day after the last byte. HEAD tells the same in headers.")
    @APIResponse(responseCode = "404", description = "Upload not found")
    @APIResponse(responseCode = "423", description = "It is being finished; ask again")
    @APIResponseSchema(UploadView.class)
    public UploadView get(String id) {
        return UploadView.of(uploads.look(caller.id(), Input.uuid(id, Code.UPLOAD_NOT_FOUND)));
    }

    @PATCH
    @Path("{id}")
    @Consumes(MediaType.WILDCARD)
    @Operation(summary = "Send more bytes of an upload", description = "From Upload-Offset on, which must be where it stands. "
            + "What arrives counts, even when the request breaks off; with an Upload-Checksum all or nothing. The answer to the "
            + "last bytes has Upload-Attachment and, if a room was named, Upload-Message.")
    @Parameter(name = "Tus-Resumable", in = ParameterIn.HEADER, required = true, schema = @Schema(type = SchemaType.STRING))
    @Parameter(name = "Upload-Offset", in = ParameterIn.HEADER, required = true, schema = @Schema(type = SchemaType.INTEGER))
    @Parameter(name = "Upload-Checksum", in = ParameterIn.HEADER, schema = @Schema(type = SchemaType.STRING))
    @RequestBody(content = @Content(mediaType = Tus.BYTES, schema = @Schema(type = SchemaType.STRING, format = "binary")))
    @APIResponse(responseCode = "204", description = "Taken; Upload-Offset tells how far it is")
    @APIResponse(responseCode = "404", description = "Upload not found")
    @APIResponse(responseCode = "409", description = "The upload stands elsewhere")
    @APIResponse(responseCode = "410", description = "The upload was refused, and has ended")
    @APIResponse(responseCode = "412", description = "This version of tus is not spoken here")
    @APIResponse(responseCode = "413", description = "File too large. Maximum size: 10.0MB")
    @APIResponse(responseCode = "415", description = "File type not allowed. Allowed types: …")
    @APIResponse(responseCode = "423", description = "Another request has it")
    @APIResponse(responseCode = "460", description = "The bytes are not those of the Upload-Checksum")
    public Response patch(String id, @Context HttpHeaders headers, InputStream body) {
        Tus.requireVersion(headers);
        Tus.requireBytes(headers);
        Long offset = Tus.number(headers, "Upload-Offset");
        if (offset == null) {
            throw new Refusal(Code.BAD_REQUEST, "Upload-Offset is missing");
        }
        Long length = Tus.number(headers, "Upload-Length");
        return Tus
                .tell(Response.noContent(),
                        uploads.goOn(caller.id(), Input.uuid(id, Code.UPLOAD_NOT_FOUND), offset, piece(headers, body, length)))
                .build();
    }

    @DELETE
    @Path("{id}")
    @Operation(summary = "Give an upload up", description = "Its bytes go; a file that a message has taken stays.")
    @APIResponse(responseCode = "204", description = "Gone")
    @APIResponse(responseCode = "404", description = "Upload not found")
    @APIResponse(responseCode = "412", description = "This version of tus is not spoken here")
    @APIResponse(responseCode = "423", description = "A request is writing to it")
    public Response delete(String id, @Context HttpHeaders headers) {
        Tus.requireVersion(headers);
        uploads.end(caller.id(), Input.uuid(id, Code.UPLOAD_NOT_FOUND));
        return Response.noContent().build();
    }

    @POST
    @Path("{id}")
    @Consumes(MediaType.WILDCARD)
    @Operation(summary = "PATCH, DELETE or HEAD for whoever cannot send these", description = "Named by X-HTTP-Method-Override.")
    @RequestBody(required = false, content = @Content(mediaType = Tus.BYTES, schema = @Schema(type = SchemaType.STRING, format = "binary")))
    @APIResponse(responseCode = "204", description = "As the other")
    @APIResponse(responseCode = "404", description = "Upload not found")
    public Response overridden(String id, @Context HttpHeaders headers, InputStream body) {
        return switch (String.valueOf(headers.getHeaderString("X-HTTP-Method-Override")).toUpperCase(Locale.ROOT)) {
            case "PATCH" -> patch(id, headers, body);
            case "DELETE" -> delete(id, headers);
            case "HEAD" -> head(id, headers);
            default -> throw new Refusal(Code.METHOD_NOT_ALLOWED);
        };
    }

    private static Resuming.Piece piece(HttpHeaders headers, InputStream body, @Nullable Long length) {
        return new Resuming.Piece(body, headers.getLength(), length,
                Checksum.parse(headers.getHeaderString("Upload-Checksum")));
    }
}
