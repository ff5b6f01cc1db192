package dev.parley.attachment.resumable;

import java.util.Locale;
import java.util.UUID;

import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * An upload as its owner sees it.
 *
 * @param offset bytes that are here for good
 * @param length bytes of the whole, null while it was not said
 * @param state {@code receiving}, {@code finished} or {@code failed}
 * @param attachment for {@code attachment_ids}, once it is finished
 * @param message the message that has the file, if a room was named
 * @param error why it has failed: the code of the problem
 */
@RegisterForReflection
@Schema(name = "ResumableUpload")
public record UploadView(UUID id, long offset, @Nullable Long length,
        @Schema(enumeration = {
                "receiving", "finished", "failed" }) String state,
        @Nullable UUID attachment,
        @Nullable Long message, @Nullable String error, @Nullable String detail){

    static UploadView of(Upload upload) {
        boolean finished = upload.state() == Upload.State.FINISHED;
        Upload.Failure error = upload.error();
        return new UploadView(upload.id(), upload.offset(), upload.length(), upload.state().name().toLowerCase(Locale.ROOT),
                finished ? upload.attachment() : null, upload.message(), error == null ? null : error.code(),
                error == null ? null : error.detail());
    }
}
