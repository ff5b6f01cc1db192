package dev.parley.dialect;

import java.io.InputStream;
import java.util.List;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

import org.eclipse.microprofile.openapi.annotations.Operation;
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
import dev.parley.attachment.Multipart;
import dev.parley.message.History;
import dev.parley.message.Posting;
import dev.parley.problem.Code;
import dev.parley.problem.Input;
import dev.parley.rate.InTurn;
import dev.parley.room.Answers;
import dev.parley.room.RoomViews;
import dev.parley.room.Rooms;
import dev.parley.room.Viewer;
import dev.parley.room.Viewers;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;

/** Document 002: conversations. */
@Path("/api/chat/conversations")
@Authenticated
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Document 002")
class ConversationResource {

    private final Caller caller;
    private final Viewers viewers;
    private final Rooms rooms;
    private final RoomViews views;
    private final History history;
    private final Posting posting;
    private final DoorPosts posts;

    ConversationResource(Caller caller, Viewers viewers, Rooms rooms, RoomViews views, History history, Posting posting,
            DoorPosts posts) {
        this.caller = caller;
        this.viewers = viewers;
        this.rooms = rooms;
        this.views = views;
        this.history = history;
        this.posting = posting;
        this.posts = posts;
    }

    record Conversations(List<Conversation> conversations) {
    }

    record Messages(List<ConversationMessage> messages, long total, int page, int perPage, boolean hasMore) {
    }

    record NewText(@NotNull String content) {
    }

    record Read(long conversation, long lastReadSeq, long unreadCount) {
    }

    /** For the description alone. */
    @Schema(name = "SendFileForm")
    record SendFileForm(byte[] file, @Nullable String caption, @Nullable String content) {
    }

    @GET
    @InTurn
    @Operation(summary = "My conversations", description = "Newest activity first, each with a preview of its last message")
    @APIResponse(responseCode = "429", description = "Too much at once")
    @APIResponseSchema(Conversations.class)
    public Conversations list() {
        Viewer viewer = viewer();
        return new Conversations(
                views.of(viewer).stream().map(room -> Conversation.of(room, viewer.userId())).toList());
    }

    @POST
    @Path("{user_id}")
    @Consumes(MediaType.WILDCARD)
    @Operation(summary = "Open a conversation with somebody", description = "Made once, and found again")
    @APIResponse(responseCode = "201", description = "Made", content = @Content(schema = @Schema(implementation = Conversation.class)))
    @APIResponse(responseCode = "200", description = "It was there already", content = @Content(schema = @Schema(implementation = Conversation.class)))
    @APIResponse(responseCode = "404", description = "User not found")
    @APIResponse(responseCode = "429", description = "Too many new and changed rooms")
    public Response open(@PathParam("user_id") String userId) {
        Rooms.Opened opened = rooms.openDirect(caller.id(), Input.id(userId, Code.USER_NOT_FOUND));
        Conversation conversation = Conversation.of(views.one(viewer(), opened.roomId()), caller.id());
        return Response.status(opened.made() ? 201 : 200).entity(conversation).build();
    }

    @GET
    @InTurn
    @Path("{id}/messages")
    @Operation(summary = "A conversation's messages", description = "Newest page first, oldest message first inside a page")
    @APIResponse(responseCode = "404", description = "Room not found")
    @APIResponse(responseCode = "429", description = "Too much at once")
    @APIResponseSchema(Messages.class)
    public Messages messages(String id,
            @Parameter(schema = @Schema(type = SchemaType.INTEGER)) @QueryParam("page") @Nullable String page,
            @Parameter(schema = @Schema(type = SchemaType.INTEGER)) @QueryParam("per_page") @Nullable String perPage) {
        History.Page found = history.page(viewer(), roomId(id), (int) Input.number("page", page, 1, 1, Integer.MAX_VALUE),
                (int) Input.number("per_page", perPage, History.DEFAULT_PAGE, 1, History.LARGEST_PAGE));
        return new Messages(found.messages().stream().map(ConversationMessage::of).toList(), found.total(), found.page(),
                found.perPage(), found.hasMore());
    }

    @POST
    @Path("{id}/messages")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Send a text", description = "As JSON, or as a form field content")
    @RequestBody(content = {
            @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = NewText.class)),
            @Content(mediaType = MediaType.APPLICATION_FORM_URLENCODED, schema = @Schema(implementation = NewText.class)),
            @Content(mediaType = MediaType.MULTIPART_FORM_DATA, schema = @Schema(implementation = NewText.class)) })
    @APIResponse(responseCode = "201", description = "Stored", content = @Content(schema = @Schema(implementation = ConversationMessage.class)))
    @APIResponse(responseCode = "200", description = "Stored before, under this Idempotency-Key", content = @Content(schema = @Schema(implementation = ConversationMessage.class)))
    @APIResponse(responseCode = "404", description = "Room not found")
    @APIResponse(responseCode = "429", description = "Too many messages")
    public Response send(String id, @HeaderParam("Idempotency-Key") @Nullable String key, @Valid @NotNull NewText text) {
        return created(posts.text(viewer(), roomId(id), text.content, key));
    }

    @POST
    @Path("{id}/messages")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response sendByForm(String id, @HeaderParam("Idempotency-Key") @Nullable String key,
            @FormParam("content") @Nullable String content) {
        return created(posts.text(viewer(), roomId(id), Input.required("content", content), key));
    }

    @POST
    @Path("{id}/messages")
    @Consumes(MediaType.MULTIPART_FORM_DATA)
    @Operation(hidden = true)
    public Response sendByParts(String id, @HeaderParam("Idempotency-Key") @Nullable String key,
            @HeaderParam(HttpHeaders.CONTENT_TYPE) String contentType, InputStream body) {
        return sendByForm(id, key, Multipart.readText(contentType, body).get("content"));
    }

    @POST
    @Path("{id}/send-file")
    @Consumes(MediaType.MULTIPART_FORM_DATA)
    @Operation(summary = "Send an image or a file", description = "One file of any type, and a caption, which may be called content")
    @RequestBody(content = @Content(mediaType = MediaType.MULTIPART_FORM_DATA, schema = @Schema(implementation = SendFileForm.class)))
    @APIResponse(responseCode = "201", description = "Stored", content = @Content(schema = @Schema(implementation = ConversationMessage.class)))
    @APIResponse(responseCode = "200", description = "Stored before, under this Idempotency-Key", content = @Content(schema = @Schema(implementation = ConversationMessage.class)))
    @APIResponse(responseCode = "404", description = "Room not found")
    @APIResponse(responseCode = "413", description = "File too large. Maximum size: 10.0MB")
    @APIResponse(responseCode = "429", description = "Too many messages, or uploads")
    public Response sendFile(String id, @HeaderParam("Idempotency-Key") @Nullable String key,
            @HeaderParam(HttpHeaders.CONTENT_TYPE) String contentType, InputStream body) {
        return created(posts.toConversation(viewer(), roomId(id), key, contentType, body));
    }

    @POST
    @Path("{id}/mark-read")
    @Consumes(MediaType.WILDCARD)
    @Operation(summary = "Mark a conversation read")
    @APIResponse(responseCode = "404", description = "Room not found")
    @APIResponseSchema(Read.class)
    public Read markRead(String id) {
        long room = roomId(id);
        long seq = Answers.await(posting.markRead(room, caller.id(), null)).lastReadSeq();
        return new Read(room, seq, 0);
    }

    private Response created(DoorPosts.Posted posted) {
        return Response.status(posted.replayed() ? 200 : 201).entity(ConversationMessage.of(posted.message())).build();
    }

    private Viewer viewer() {
        return viewers.of(caller.id());
    }

    private static long roomId(String id) {
        return Input.id(id, Code.ROOM_NOT_FOUND);
    }
}
