package dev.parley.attachment;

import java.time.Instant;
import java.util.OptionalLong;
import java.util.UUID;

import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;

import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

import dev.parley.account.Caller;
import dev.parley.problem.Code;
import dev.parley.problem.Refusal;
import dev.parley.room.RoomAccess;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.smallrye.common.annotation.RunOnVirtualThread;

/** Serves files to those who may see them now: by a signed address, or by the Authorization header. */
@Path(SignedUrls.PREFIX)
@PermitAll
@RunOnVirtualThread
@Tag(name = "Files")
class FileResource {

    private final Caller caller;
    private final SignedUrls urls;
    private final RoomAccess access;
    private final MessageRooms messages;
    private final Downloads downloads;
    private final Counter served;

    FileResource(Caller caller, SignedUrls urls, RoomAccess access, MessageRooms messages, Downloads downloads,
            MeterRegistry metrics) {
        this.caller = caller;
        this.urls = urls;
        this.access = access;
        this.messages = messages;
        this.downloads = downloads;
        this.served = Counter.builder("parley.files.served").baseUnit("bytes").description("Bytes of files that were served")
                .register(metrics);
    }

    @GET
    @Path("{id}")
    @Operation(summary = "A file's bytes", description = "By the address in file_path, or with a token. Checked against the "
            + "present membership at every use. Takes Range and If-None-Match.")
    @APIResponse(responseCode = "200", description = "The bytes")
    @APIResponse(responseCode = "206", description = "The range asked for")
    @APIResponse(responseCode = "304", description = "As the client has it")
    @APIResponse(responseCode = "403", description = "This link is not valid or has expired")
    @APIResponse(responseCode = "404", description = "File not found")
    public Response get(String id, @QueryParam("user") @Nullable String user,
            @QueryParam("expires") @Nullable String expires, @QueryParam("signature") @Nullable String signature,
            @Context Request request, @Context HttpHeaders headers) {
        UUID fileId = uuid(id);
        long viewer = viewer(fileId, user, expires, signature);
        Attachment file = QuarkusTransaction.requiringNew().call(() -> Attachment.findById(fileId));
        requireVisible(file, viewer);
        FileType type = FileType.ofMime(file.mimeType);
        Response answer = downloads.answer(new Download(file.storageKey, file.size, file.sha256, type.mime, type.inline,
                file.originalName), request, headers);
        if (answer.hasEntity() && answer.getStatus() < 300) {
            served.increment(Long.parseLong(answer.getHeaderString(HttpHeaders.CONTENT_LENGTH)));
        }
        return answer;
    }

    @HEAD
    @Path("{id}")
    @Operation(hidden = true)
    public Response head(String id, @QueryParam("user") @Nullable String user,
            @QueryParam("expires") @Nullable String expires, @QueryParam("signature") @Nullable String signature,
            @Context Request request, @Context HttpHeaders headers) {
        return get(id, user, expires, signature, request, headers);
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

    private void requireVisible(@Nullable Attachment file, long viewer) {
        if (file == null || file.storageKey == null) {
            throw new Refusal(Code.FILE_NOT_FOUND);
        }
        if (file.state.equals(Attachment.READY) && file.ownerId == viewer
                && (file.expiresAt == null || file.expiresAt.isAfter(Instant.now()))) {
            return;
        }
        OptionalLong room = file.state.equals(Attachment.BOUND) && file.messageId != null ? messages.roomOf(file.messageId)
                : OptionalLong.empty();
        if (room.isEmpty()) {
            throw new Refusal(Code.FILE_NOT_FOUND);
        }
        try {
            access.requireMember(viewer, room.getAsLong());
        } catch (Refusal refusal) {
            throw refusal.code == Code.ROOM_NOT_FOUND ? new Refusal(Code.FILE_NOT_FOUND) : refusal;
        }
    }

    private static UUID uuid(String id) {
        try {
            return UUID.fromString(id);
        } catch (IllegalArgumentException e) {
            throw new Refusal(Code.FILE_NOT_FOUND);
        }
    }
}
