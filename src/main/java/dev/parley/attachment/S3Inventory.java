package dev.parley.attachment;

import java.util.List;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import dev.parley.problem.Code;
import dev.parley.problem.Refusal;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;

/** The objects of a bucket, as it lists them: by the bytes of their keys, a thousand at a time. */
final class S3Inventory implements Inventory {

    private final S3Store store;
    private final S3Client s3;
    private final String bucket;

    S3Inventory(S3Store store, S3Client s3, String bucket) {
        this.store = store;
        this.s3 = s3;
        this.bucket = bucket;
    }

    @Override
    public void objects(Consumer<List<StoredObject>> pages) {
        String next = null;
        do {
            String from = next;
            ListObjectsV2Response page = store.asking(
                    () -> s3.listObjectsV2(list -> list.bucket(bucket).maxKeys(PAGE).continuationToken(from)));
            List<StoredObject> ours = page.contents().stream().filter(object -> Keys.isOursOrRest(object.key()))
                    .map(object -> new StoredObject(object.key(), object.size(), object.lastModified())).toList();
            if (!ours.isEmpty()) {
                pages.accept(ours);
            }
            next = continued(page.isTruncated(), page.nextContinuationToken());
        } while (next != null);
    }

    @Override
    public boolean holds(String key) {
        try {
            store.asking(() -> s3.headObject(head -> head.bucket(bucket).key(Keys.check(key))));
            return true;
        } catch (Refusal refusal) {
            if (refusal.code == Code.FILE_NOT_FOUND) {
                return false;
            }
            throw refusal;
        }
    }

    @Override
    public void unfinished(Consumer<List<Unfinished>> pages) {
        String key = null;
        String id = null;
        do {
            String fromKey = key;
            String fromId = id;
            ListMultipartUploadsResponse page = store.asking(() -> s3.listMultipartUploads(
                    list -> list.bucket(bucket).maxUploads(PAGE).keyMarker(fromKey).uploadIdMarker(fromId)));
            List<Unfinished> ours = page.uploads().stream().filter(upload -> Keys.isOurs(upload.key()))
                    .map(upload -> new Unfinished(upload.key(), upload.uploadId(), 0, upload.initiated())).toList();
            if (!ours.isEmpty()) {
                pages.accept(ours);
            }
            key = continued(page.isTruncated(), page.nextKeyMarker());
            id = page.nextUploadIdMarker();
        } while (key != null);
    }

    @Override
    public void abandon(Unfinished attempt) {
        store.asking(() -> {
            try {
                return s3.abortMultipartUpload(
                        abort -> abort.bucket(bucket).key(attempt.key()).uploadId(attempt.id()));
            } catch (NoSuchUploadException goneMeanwhile) {
                return goneMeanwhile;
            }
        });
    }

    private static @Nullable String continued(@Nullable Boolean truncated, @Nullable String next) {
        return Boolean.TRUE.equals(truncated) ? next : null;
    }
}
