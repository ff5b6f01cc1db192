package dev.parley.dialect;

import java.io.InputStream;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;

import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

import dev.parley.account.Caller;
import dev.parley.room.Viewer;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;

/** Document 003: a file and its message in one request. */
@Path("/messages/upload")
@Authenticated
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Document 003")
class MessageUploadResource {

    /** Its addresses are relative to the host. */
    private static final String NO_BASE = "";

    private final Caller caller;
    private final DoorPosts posts;

    MessageUploadResource(Caller caller, DoorPosts posts) {
        this.caller = caller;
        this.posts = posts;
    }

    record Uploaded(boolean success, ChatMessage message) {
    }

    /** For the description alone. */
    @Schema(name = "MessageUploadForm")
    record MessageUploadForm(byte[] file, String conversationId, @Nullable String content, @Nullable String replyTo) {
    }

    @POST
    @Consumes(MediaType.MULTIPART_FORM_DATA)
    @Operation(summary = "Send a file", description = "Of any type, with an optional caption (content) and reply_to")
    @RequestBody(content = @Content(mediaType = MediaType.MULTIPART_FORM_DATA, schema = @Schema(implementation = MessageUploadForm.class)))
    @APIResponse(responseCode = "404", description = "Room not found, or Message not found")
    @APIResponse(responseCode = "413", description = "File too large. Maximum size: 100.0MB")
    @APIResponse(responseCode = "429", description = "Too many messages, or uploads")
    @APIResponseSchema(Uploaded.class)
    public Uploaded upload(@HeaderParam("Idempotency-Key") @Nullable String key,
            @HeaderParam(HttpHeaders.CONTENT_TYPE) String contentType, InputStream body) {
        Viewer viewer = new Viewer(caller.id(), NO_BASE);
        return new Uploaded(true, ChatMessage.of(posts.upload(viewer, key, contentType, body).message()));
    }
}
