package dev.parley.attachment.resumable;

import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;

import org.jspecify.annotations.Nullable;

import dev.parley.attachment.Uploads;
import dev.parley.problem.Code;
import dev.parley.problem.Refusal;

/** Whether somebody may begin an upload as they ask to: said before a byte of it is sent. */
@Singleton
class NewUploads {

    /** Until some are finished, or given up. */
    private static final int RETRY_SECONDS = 60;

    private final Resuming uploads;
    private final Uploads files;
    private final UploadRows rows;
    private final RoomPosts rooms;
    private final UploadSettings settings;

    NewUploads(Resuming uploads, Uploads files, UploadRows rows, RoomPosts rooms, UploadSettings settings) {
        this.uploads = uploads;
        this.files = files;
        this.rows = rows;
        this.rooms = rooms;
        this.settings = settings;
    }

    Upload create(long ownerId, HttpHeaders headers) {
        Long length = Tus.newLength(headers);
        Metadata metadata = Metadata.parse(headers.getHeaderString("Upload-Metadata"));
        check(ownerId, metadata, length);
        return uploads.create(ownerId, metadata, length);
    }

    void check(long ownerId, Metadata metadata, @Nullable Long length) {
        if (metadata.roomId() != null) {
            rooms.check(ownerId, metadata.roomId(), metadata.content());
        }
        files.admit(ownerId, length == null ? 0 : length);
        if (rows.open(ownerId) >= settings.open()) {
            throw new Refusal(Code.TOO_MANY_REQUESTS, "Too many unfinished uploads. Maximum: " + settings.open(),
                    RETRY_SECONDS);
        }
    }
}
