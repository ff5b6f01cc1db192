package dev.parley.message;

import java.io.InputStream;
import java.util.concurrent.CompletableFuture;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
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
import dev.parley.attachment.Multipart;
import dev.parley.message.MessageView.Gone;
import dev.parley.problem.Input;
import dev.parley.room.Answers;
import dev.parley.room.Viewers;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;

@Path("/api/chat/messages/{id}")
@Authenticated
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Messages")
@APIResponse(responseCode = "404", description = "Message not found")
@APIResponse(responseCode = "429", description = "Too many messages and changes of them")
class MessageResource {

    private final Caller caller;
    private final Viewers viewers;
    private final History history;
    private final Posting posting;

    MessageResource(Caller caller, Viewers viewers, History history, Posting posting) {
        this.caller = caller;
        this.viewers = viewers;
        this.history = history;
        this.posting = posting;
    }

    record NewContent(@NotNull String content) {
    }

    /** Changes the message whose room this is, for the caller. */
    private interface Doing {
        CompletableFuture<?> to(long roomId, long userId);
    }

    @PUT
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Edit one's own text or caption", description = "As JSON, or as a form field content. Everybody hears message_update.")
    @RequestBody(content = {
            @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = NewContent.class)),
            @Content(mediaType = MediaType.APPLICATION_FORM_URLENCODED, schema = @Schema(implementation = NewContent.class)),
            @Content(mediaType = MediaType.MULTIPART_FORM_DATA, schema = @Schema(implementation = NewContent.class)) })
    @APIResponse(responseCode = "403", description = "Only its sender may edit a message")
    @APIResponseSchema(MessageView.class)
    public MessageView edit(long id, @Valid @NotNull NewContent content) {
        return change(id, (room, user) -> posting.edit(room, user, id, content.content));
    }

    @PUT
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public MessageView editByForm(long id, @FormParam("content") @Nullable String content) {
        String text = Input.required("content", content);
        return change(id, (room, user) -> posting.edit(room, user, id, text));
    }

    @PUT
    @Consumes(MediaType.MULTIPART_FORM_DATA)
    @Operation(hidden = true)
    public MessageView editByParts(long id, @HeaderParam(HttpHeaders.CONTENT_TYPE) String contentType, InputStream body) {
        return editByForm(id, Multipart.readText(contentType, body).get("content"));
    }

    @DELETE
    @Operation(summary = "Delete a message", description = "By its sender, also in a room they have left (version is 0 then), or an "
            + "admin of the room. A tombstone remains; content and files are gone. Everybody hears message_deleted.")
    @APIResponse(responseCode = "403", description = "Only its sender or an admin of the room may delete a message")
    @APIResponseSchema(Gone.class)
    public Gone delete(long id) {
        long room = history.roomOfDeletable(caller.id(), id);
        return Answers.await(posting.delete(room, caller.id(), id));
    }

    @POST
    @Path("like")
    @Consumes(MediaType.WILDCARD)
    @Operation(summary = "Like a message")
    @APIResponseSchema(MessageView.class)
    public MessageView like(long id) {
        return change(id, (room, user) -> posting.like(room, user, id, true));
    }

    @DELETE
    @Path("like")
    @Operation(summary = "Take a like back")
    @APIResponseSchema(MessageView.class)
    public MessageView unlike(long id) {
        return change(id, (room, user) -> posting.like(room, user, id, false));
    }

    @POST
    @Path("pin")
    @Consumes(MediaType.WILDCARD)
    @Operation(summary = "Pin a message", description = "Any member may")
    @APIResponseSchema(MessageView.class)
    public MessageView pin(long id) {
        return change(id, (room, user) -> posting.pin(room, user, id, true));
    }

    @DELETE
    @Path("pin")
    @Operation(summary = "Unpin a message")
    @APIResponseSchema(MessageView.class)
    public MessageView unpin(long id) {
        return change(id, (room, user) -> posting.pin(room, user, id, false));
    }

    private MessageView change(long id, Doing doing) {
        long room = history.roomOf(caller.id(), id);
        Answers.await(doing.to(room, caller.id()));
        return history.one(viewers.of(caller.id()), id);
    }
}
