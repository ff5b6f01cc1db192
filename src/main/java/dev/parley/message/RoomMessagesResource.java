package dev.parley.message;

import java.io.InputStream;
import java.util.List;
import java.util.UUID;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
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
import dev.parley.attachment.FileLimits;
import dev.parley.attachment.UploadForm;
import dev.parley.attachment.Uploads;
import dev.parley.message.MessageView.ReadReceipt;
import dev.parley.problem.Code;
import dev.parley.problem.Input;
import dev.parley.problem.Refusal;
import dev.parley.rate.InTurn;
import dev.parley.room.Answers;
import dev.parley.room.RoomAccess;
import dev.parley.room.Viewer;
import dev.parley.room.Viewers;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;

@Path("/api/chat/rooms/{roomId}")
@Authenticated
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Messages")
class RoomMessagesResource {

    private final Caller caller;
    private final Viewers viewers;
    private final RoomAccess access;
    private final History history;
    private final Search search;
    private final Posting posting;
    private final Uploads uploads;
    private final FileLimits limits;

    RoomMessagesResource(Caller caller, Viewers viewers, RoomAccess access, History history, Search search,
            Posting posting, Uploads uploads, FileLimits limits) {
        this.caller = caller;
        this.viewers = viewers;
        this.access = access;
        this.history = history;
        this.search = search;
        this.posting = posting;
        this.uploads = uploads;
        this.limits = limits;
    }

    /**
     * @param attachmentIds files uploaded before, ten at most
     * @param idempotencyKey as in the header, which goes before it
     */
    record NewMessage(@Nullable String content, @Schema(implementation = MessageType.class) @Nullable String messageType,
            @Nullable Long replyTo, @Nullable String localTempId, @Nullable List<@NotNull UUID> attachmentIds,
            @Nullable String idempotencyKey) {
    }

    record UpTo(@Nullable Long seq) {
    }

    @GET
    @InTurn
    @Path("messages")
    @Operation(summary = "A room's messages", description = "By page (page, per_page: newest page first, oldest message "
            + "first inside a page) or by key (before or after a seq, or limit alone for the newest: for scrolling and "
            + "catching up; the same object without page numbers). A search looks at a part of the history at a time: ask "
            + "again with searched_to as before while has_more is true, be there messages or not.")
    @APIResponse(responseCode = "200", description = "By page, by key, or what a search found", content = @Content(schema = @Schema(anyOf = {
            History.Page.class, History.Slice.class, Search.Matches.class })))
    @APIResponse(responseCode = "404", description = "Room not found")
    @APIResponse(responseCode = "429", description = "Too much at once")
    public Object messages(long roomId,
            @Parameter(schema = @Schema(type = SchemaType.INTEGER)) @QueryParam("page") @Nullable String page,
            @Parameter(schema = @Schema(type = SchemaType.INTEGER)) @QueryParam("per_page") @Nullable String perPage,
            @Parameter(schema = @Schema(type = SchemaType.INTEGER)) @QueryParam("before") @Nullable String before,
            @Parameter(schema = @Schema(type = SchemaType.INTEGER)) @QueryParam("after") @Nullable String after,
            @Parameter(schema = @Schema(type = SchemaType.INTEGER)) @QueryParam("limit") @Nullable String limit,
            @Parameter(description = "By key, not with after: only those that are pinned, or that have files", schema = @Schema(type = SchemaType.STRING, enumeration = {
                    "pinned", "files" })) @QueryParam("only") @Nullable String only,
            @Parameter(description = "By key, not with after or only: those with all these words, each in the text or in a file's name, in any case") @QueryParam("search") @Nullable String words) {
        access.requireMember(caller.id(), roomId);
        Viewer viewer = viewers.of(caller.id());
        if (before == null && after == null && only == null && words == null
                && (page != null || perPage != null || limit == null)) {
            int number = (int) Input.number("page", page, 1, 1, Integer.MAX_VALUE);
            return history.page(viewer, roomId, number,
                    (int) Input.number("per_page", perPage, History.DEFAULT_PAGE, 1, History.LARGEST_PAGE));
        }
        if (page != null || perPage != null) {
            throw new Refusal(Code.BAD_REQUEST, "page and per_page go with nothing else");
        }
        int most = (int) Input.number("limit", limit, History.DEFAULT_PAGE, 1, History.LARGEST_PAGE);
        if (after != null) {
            if (before != null || only != null || words != null) {
                throw new Refusal(Code.BAD_REQUEST, "after goes with limit alone");
            }
            return history.after(viewer, roomId, Input.number("after", after, 0, 0, Input.MAX_ID), most);
        }
        long bound = Input.number("before", before, Input.MAX_ID, 0, Input.MAX_ID);
        if (words != null) {
            if (only != null) {
                throw new Refusal(Code.BAD_REQUEST, "search goes with before and limit alone");
            }
            return search.before(viewer, roomId, bound, words, most);
        }
        Only part = Only.of(only);
        return part == null ? history.before(viewer, roomId, bound, most)
                : history.only(part, viewer, roomId, bound, most);
    }

    @GET
    @InTurn
    @Path("changes")
    @Operation(summary = "What changed since a version", description = "The frames a socket would have had, in order, "
            + "each message once in its latest state. Go on with the version of the answer while has_more is true; a message "
            + "that was changed after it was made may then come as message_update first, so store what is new to you.")
    @APIResponse(responseCode = "404", description = "Room not found")
    @APIResponse(responseCode = "429", description = "Too much at once")
    @APIResponseSchema(History.Changes.class)
    public History.Changes changes(long roomId,
            @Parameter(schema = @Schema(type = SchemaType.INTEGER)) @QueryParam("since") @Nullable String since,
            @Parameter(schema = @Schema(type = SchemaType.INTEGER)) @QueryParam("limit") @Nullable String limit) {
        access.requireMember(caller.id(), roomId);
        return history.since(viewers.of(caller.id()), roomId, Input.number("since", since, 0, 0, Input.MAX_ID),
                (int) Input.number("limit", limit, 100, 1, 500));
    }

    @POST
    @Path("messages")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Post a message", description = "Text, or files uploaded before (attachment_ids), or both. With an "
            + "Idempotency-Key a retry answers 200 with the first message in its present state; of a deleted message it is "
            + "forgotten what was asked, and whatever comes under its key is answered so.")
    @APIResponse(responseCode = "201", description = "Stored", content = @Content(schema = @Schema(implementation = MessageView.class)))
    @APIResponse(responseCode = "200", description = "Stored before, under this Idempotency-Key", content = @Content(schema = @Schema(implementation = MessageView.class)))
    @APIResponse(responseCode = "404", description = "Room not found, or File not found")
    @APIResponse(responseCode = "429", description = "Too many messages")
    public Response post(long roomId, @HeaderParam("Idempotency-Key") @Nullable String key,
            @Valid @NotNull NewMessage message) {
        List<UUID> files = message.attachmentIds == null ? List.of() : message.attachmentIds;
        return answer(Answers.await(posting.post(new Draft(roomId, caller.id(),
                message.content == null ? "" : message.content, MessageType.of(message.messageType), message.replyTo,
                message.localTempId, key != null ? key : message.idempotencyKey, files,
                files.stream().map(UUID::toString).toList()))), message.localTempId);
    }

    @POST
    @Path("messages")
    @Consumes(MediaType.MULTIPART_FORM_DATA)
    @Operation(summary = "Post a message with files", description = "A form with up to ten files, and the fields content or "
            + "caption, reply_to, local_temp_id, message_type, idempotency_key, duration (seconds, taken where the bytes do not "
            + "tell), and attachment_ids, once for each file that was uploaded before.")
    @RequestBody(content = @Content(mediaType = MediaType.MULTIPART_FORM_DATA, schema = @Schema(implementation = FilesForm.class)))
    @APIResponse(responseCode = "201", description = "Stored", content = @Content(schema = @Schema(implementation = MessageView.class)))
    @APIResponse(responseCode = "200", description = "Stored before, under this Idempotency-Key", content = @Content(schema = @Schema(implementation = MessageView.class)))
    @APIResponse(responseCode = "404", description = "Room not found")
    @APIResponse(responseCode = "413", description = "File too large. Maximum size: 10.0MB")
    @APIResponse(responseCode = "415", description = "File type not allowed. Allowed types: …")
    @APIResponse(responseCode = "429", description = "Too many messages, or uploads")
    public Response postFiles(long roomId, @HeaderParam("Idempotency-Key") @Nullable String key,
            @HeaderParam(HttpHeaders.CONTENT_TYPE) String contentType, InputStream body) {
        access.requireMember(caller.id(), roomId);
        try (UploadForm form = UploadForm.read(caller.id(), uploads, limits.allowance(), Draft.MOST_FILES, contentType, body)) {
            Post.Posted posted = Answers.await(posting.post(PostForm.draft(form, uploads, roomId, caller.id(), key)));
            if (!posted.replayed()) {
                form.keep();
            }
            return answer(posted, form.field("local_temp_id"));
        }
    }

    /** For the description alone. */
    @Schema(name = "FilesForm")
    record FilesForm(@Nullable List<byte[]> files, @Nullable List<@NotNull UUID> attachmentIds, @Nullable String content,
            @Nullable String caption, @Nullable String idempotencyKey,
            @Schema(implementation = MessageType.class) @Nullable String messageType, @Nullable Long replyTo,
            @Nullable String localTempId, @Nullable Double duration) {
    }

    @POST
    @Path("read")
    @Consumes(MediaType.WILDCARD)
    @Operation(summary = "Mark a room read", description = "Up to seq, or up to the newest message. The body {\"seq\": n} is optional.")
    @RequestBody(required = false, content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = UpTo.class)))
    @APIResponse(responseCode = "404", description = "Room not found")
    @APIResponseSchema(ReadReceipt.class)
    public ReadReceipt read(long roomId, @Nullable UpTo upTo) {
        return Answers.await(posting.markRead(roomId, caller.id(), upTo == null ? null : upTo.seq));
    }

    private Response answer(Post.Posted posted, @Nullable String localTempId) {
        MessageView message = history.posted(posted, viewers.of(caller.id()));
        return posted.replayed() ? Response.ok(message.labelled(localTempId)).build()
                : Response.status(Response.Status.CREATED).entity(message).build();
    }
}
