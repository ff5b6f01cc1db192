package dev.parley.dialect;

import java.io.InputStream;
import java.util.List;
import java.util.UUID;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

import dev.parley.account.Caller;
import dev.parley.attachment.Attachment;
import dev.parley.attachment.FileView;
import dev.parley.attachment.Kind;
import dev.parley.attachment.SignedUrls;
import dev.parley.attachment.UploadForm;
import dev.parley.attachment.Uploads;
import dev.parley.message.Draft;
import dev.parley.problem.Code;
import dev.parley.problem.Refusal;
import dev.parley.room.Viewer;
import dev.parley.room.Viewers;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;

/** Document 000: files first; a message takes them later by {@code attachment_ids}. */
@Path("/api/upload")
@Authenticated
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Document 000")
class UploadResource {

    private final Caller caller;
    private final Viewers viewers;
    private final Uploads uploads;
    private final SignedUrls urls;
    private final DoorLimits limits;

    UploadResource(Caller caller, Viewers viewers, Uploads uploads, SignedUrls urls, DoorLimits limits) {
        this.caller = caller;
        this.viewers = viewers;
        this.uploads = uploads;
        this.urls = urls;
        this.limits = limits;
    }

    /**
     * A file as document 000 shows it.
     *
     * @param id for {@code attachment_ids}
     * @param type the media type of the bytes
     * @param size bytes
     */
    @RegisterForReflection
    record UploadedFile(UUID id, String url, String type, long size, String name,
            @Schema(implementation = Kind.class) String kind, @Nullable Integer width,
            @Nullable Integer height, @Nullable Number duration) {

        static UploadedFile of(FileView file) {
            return new UploadedFile(file.id(), file.filePath(), file.mimeType(), file.fileSize(), file.fileName(), file.kind(),
                    file.width(), file.height(), file.duration());
        }
    }

    @RegisterForReflection
    record UploadedFiles(List<UploadedFile> files) {
    }

    /** For the description alone. */
    @Schema(name = "UploadForm")
    record FilesToUpload(List<byte[]> files) {
    }

    @POST
    @Consumes(MediaType.MULTIPART_FORM_DATA)
    @Operation(summary = "Upload files", description = "Up to ten, for a message that takes them later by attachment_ids. What "
            + "no message took in 24 hours is removed.")
    @RequestBody(content = @Content(mediaType = MediaType.MULTIPART_FORM_DATA, schema = @Schema(implementation = FilesToUpload.class)))
    @APIResponse(responseCode = "201", description = "Stored", content = @Content(schema = @Schema(implementation = UploadedFiles.class)))
    @APIResponse(responseCode = "413", description = "File too large. Maximum size: 10.0MB")
    @APIResponse(responseCode = "415", description = "File type not allowed. Allowed types: …")
    @APIResponse(responseCode = "429", description = "Too many uploads")
    public Response upload(@HeaderParam(HttpHeaders.CONTENT_TYPE) String contentType, InputStream body) {
        try (UploadForm form = UploadForm.read(caller.id(), uploads, DoorLimits.knownTypes(limits.upload()), Draft.MOST_FILES,
                contentType, body)) {
            if (form.files().isEmpty()) {
                throw new Refusal(Code.BAD_REQUEST, "files is missing");
            }
            Viewer viewer = viewers.of(caller.id());
            UploadedFiles answer = new UploadedFiles(form.files().stream().map(file -> uploaded(file, viewer)).toList());
            form.keep();
            return Response.status(201).entity(answer).build();
        }
    }

    private UploadedFile uploaded(Attachment file, Viewer viewer) {
        return UploadedFile.of(FileView.of(file, viewer, urls));
    }
}
