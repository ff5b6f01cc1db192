package dev.parley.attachment.resumable;

import java.time.Duration;
import java.util.List;
import java.util.UUID;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import dev.parley.attachment.DirectStore;
import dev.parley.attachment.DirectStore.Place;
import dev.parley.problem.Code;
import dev.parley.problem.Refusal;

/**
 * Uploads whose bytes go to the bucket without passing here. They end as all others do: read back, recognised, limited,
 * stored; until then nobody can see them.
 */
@Singleton
public class DirectUploads {

    private static final Duration GOOD_FOR = Duration.ofHours(1);

    private final NewUploads created;
    private final Resuming uploads;
    private final Finishing finishing;
    private final UploadRows rows;
    private final DirectStore store;

    DirectUploads(NewUploads created, Resuming uploads, Finishing finishing, UploadRows rows, DirectStore store) {
        this.created = created;
        this.uploads = uploads;
        this.finishing = finishing;
        this.rows = rows;
        this.store = store;
    }

    /** @param places where its bytes go; good for an hour */
    public record Begun(UUID id, List<Place> places) {
    }

    /** @param duration seconds, taken where the bytes do not tell */
    public Begun begin(long ownerId, long length, String name, @Nullable Long room, String content,
            @Nullable Double duration) {
        Metadata metadata = new Metadata("", name, room, content, duration);
        created.check(ownerId, metadata, length);
        Upload upload = uploads.create(ownerId, metadata, length, key -> store.begin(key, length), GOOD_FOR);
        return new Begun(upload.id(), store.places(upload.held(), length, GOOD_FOR));
    }

    /**
     * Takes what is in the bucket by now.
     *
     * @throws Refusal {@link Code#CONFLICT} when something is missing, and whatever a file is refused for
     */
    public UploadView complete(long ownerId, UUID id) {
        Upload there = require(ownerId, id);
        if (there.state() == Upload.State.RECEIVING) {
            return UploadView.of(uploads.writing(ownerId, id, lease -> {
                Upload upload = lease.upload();
                if (upload.attachment() == null) {
                    lease.save(store.arrived(upload.held(), upload.length()), upload.length());
                }
                return finishing.finish(lease);
            }));
        }
        if (there.state() == Upload.State.FAILED) {
            throw Lease.ended(there);
        }
        return UploadView.of(there);
    }

    public void end(long ownerId, UUID id) {
        require(ownerId, id);
        uploads.end(ownerId, id);
    }

    private Upload require(long ownerId, UUID id) {
        return rows.find(ownerId, id).filter(Upload::direct).orElseThrow(() -> new Refusal(Code.UPLOAD_NOT_FOUND));
    }
}
