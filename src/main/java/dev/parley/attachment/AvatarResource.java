package dev.parley.attachment;

import java.io.InputStream;
import java.util.List;
import java.util.UUID;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;

import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

import dev.parley.account.Caller;
import dev.parley.account.User;
import dev.parley.account.UserView;
import dev.parley.account.Users;
import dev.parley.problem.Code;
import dev.parley.problem.Refusal;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;

/** The caller's own picture. */
@Path("/api/auth/me/avatar")
@Authenticated
@RunOnVirtualThread
@Tag(name = "People")
class AvatarResource {

    private final Caller caller;
    private final Users users;
    private final Uploads uploads;

    AvatarResource(Caller caller, Users users, Uploads uploads) {
        this.caller = caller;
        this.users = users;
        this.uploads = uploads;
    }

    @PUT
    @Consumes({ "image/*", MediaType.APPLICATION_OCTET_STREAM, MediaType.MULTIPART_FORM_DATA })
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "Set one's picture", description = "The image as the body, or as the one file of a form; cropped "
            + "square by the client. Replaces the picture before.")
    @APIResponse(responseCode = "413", description = "File too large. Maximum size: 10.0MB")
    @APIResponse(responseCode = "415", description = "File type not allowed. Allowed types: …")
    @APIResponse(responseCode = "429", description = "Too many uploads")
    @APIResponseSchema(UserView.class)
    public UserView set(@HeaderParam(HttpHeaders.CONTENT_TYPE) @Nullable String type, InputStream body) {
        long me = caller.id();
        UUID picture = picture(me, type, body);
        QuarkusTransaction.requiringNew().run(() -> {
            Attachment.update("state = ?1, expiresAt = null where id = ?2", Attachment.AVATAR, picture);
            User.update("avatarId = ?1, avatarUrl = null where id = ?2", picture, me);
        });
        users.changed(me);
        return users.view(me);
    }

    private UUID picture(long me, @Nullable String type, InputStream body) {
        Arrivals.Arrival arrival = uploads.begin(me);
        try {
            return type != null && type.startsWith(MediaType.MULTIPART_FORM_DATA) ? ofForm(me, type, body)
                    : uploads.receiveAvatar(me, new Paced(body), "avatar").id;
        } finally {
            arrival.close();
        }
    }

    private UUID ofForm(long me, String type, InputStream body) {
        var form = new Multipart.Parts() {

            @Nullable
            UUID picture;

            @Override
            public void field(String name, String value) {
                // Only the file matters.
            }

            @Override
            public void file(Multipart.FilePart file) {
                if (picture != null) {
                    throw new Refusal(Code.TOO_MANY_FILES, "One file is expected");
                }
                picture = uploads.receiveAvatar(me, file.content(), file.name()).id;
            }
        };
        try {
            Multipart.read(type, body, Long.MAX_VALUE, form);
        } catch (RuntimeException e) {
            if (form.picture != null) {
                uploads.discard(List.of(form.picture));
            }
            throw e;
        }
        if (form.picture == null) {
            throw new Refusal(Code.BAD_REQUEST, "file is missing");
        }
        return form.picture;
    }
}
