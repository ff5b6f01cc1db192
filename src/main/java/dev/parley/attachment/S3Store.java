package dev.parley.attachment;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

import org.jboss.logging.Logger;

import dev.parley.problem.Code;
import dev.parley.problem.Refusal;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.MetadataDirective;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Objects in a bucket of anything that speaks S3. A large file goes up in parts, one after another, each read from its
 * place in the file; an object appears when its last part is confirmed. Memory is a copying buffer, never an object.
 */
final class S3Store implements ObjectStore {

    private static final Logger LOG = Logger.getLogger(S3Store.class);

    /** S3 takes parts of 5 MiB and more, 10,000 of them at most. */
    static final long PART = 8L * 1024 * 1024;
    private static final long MOST_PARTS = 10_000;
    private static final long MULTIPART_FROM = 2 * PART;
    /** What a bucket copies before a connection that hears nothing is given up; what is larger goes up again. */
    private static final long MOST_COPIED = 1L << 30;
    private static final Duration PROBE = Duration.ofSeconds(3);

    final S3Client s3;
    final String bucket;
    private final BucketTrouble trouble;

    S3Store(S3Client s3, String bucket) {
        this.s3 = s3;
        this.bucket = bucket;
        this.trouble = new BucketTrouble(s3, bucket);
    }

    @Override
    public void put(String key, Path file, String contentType) {
        Keys.check(key);
        asking(() -> {
            long size = size(file);
            if (size < MULTIPART_FROM) {
                s3.putObject(put -> put.bucket(bucket).key(key).contentType(contentType), body(file, 0, size));
            } else {
                putParts(key, file, size, contentType);
            }
            return key;
        });
    }

    /** Copied within the bucket where it can be: its bytes came from there only to be looked at. */
    @Override
    public void put(String key, Spooled file, String contentType) {
        String object = file.object();
        if (object == null || file.size() > MOST_COPIED) {
            put(key, file.file(), contentType);
        } else {
            asking(() -> s3.copyObject(copy -> copy.sourceBucket(bucket).sourceKey(object).destinationBucket(bucket)
                    .destinationKey(Keys.check(key)).metadataDirective(MetadataDirective.REPLACE).contentType(contentType)));
        }
    }

    @Override
    public InputStream read(String key, long offset, long length) {
        Keys.check(key);
        if (length == 0) {
            return InputStream.nullInputStream();
        }
        String range = "bytes=" + offset + "-" + (offset + length - 1);
        return asking(() -> new S3Range(s3.getObject(get -> get.bucket(bucket).key(key).range(range)), length));
    }

    @Override
    public void delete(String key) {
        Keys.check(key);
        asking(() -> s3.deleteObject(delete -> delete.bucket(bucket).key(key)));
    }

    @Override
    public boolean reachable() {
        try {
            s3.headBucket(head -> head.bucket(bucket)
                    .overrideConfiguration(limits -> limits.apiCallTimeout(PROBE)));
            trouble.over();
            return true;
        } catch (SdkException | UncheckedIOException e) {
            trouble.begun(e);
            return false;
        }
    }

    @Override
    public boolean isShared() {
        return true;
    }

    @Override
    public Optional<Duration> clockAhead() {
        Instant before = Instant.now();
        SdkHttpResponse answer = asking(() -> {
            try {
                return s3.headBucket(head -> head.bucket(bucket)
                        .overrideConfiguration(limits -> limits.apiCallTimeout(PROBE))).sdkHttpResponse();
            } catch (S3Exception e) {
                // Maybe because of its clock.
                return e.awsErrorDetails().sdkHttpResponse();
            }
        });
        Instant here = before.plus(Duration.between(before, Instant.now()).dividedBy(2));
        return answer.firstMatchingHeader("Date")
                .map(date -> Duration.between(here, DateTimeFormatter.RFC_1123_DATE_TIME.parse(date, Instant::from)));
    }

    @Override
    public Inventory inventory() {
        return new S3Inventory(this, s3, bucket);
    }

    private void putParts(String key, Path file, long size, String contentType) {
        String upload = s3.createMultipartUpload(create -> create.bucket(bucket).key(key).contentType(contentType))
                .uploadId();
        try {
            long length = Math.max(PART, Math.ceilDiv(size, MOST_PARTS));
            List<CompletedPart> parts = new ArrayList<>();
            for (long offset = 0; offset < size; offset += length) {
                int number = parts.size() + 1;
                RequestBody body = body(file, offset, Math.min(length, size - offset));
                String tag = twice(() -> s3.uploadPart(
                        part -> part.bucket(bucket).key(key).uploadId(upload).partNumber(number), body)).eTag();
                parts.add(CompletedPart.builder().partNumber(number).eTag(tag).build());
            }
            s3.completeMultipartUpload(complete -> complete.bucket(bucket).key(key).uploadId(upload)
                    .multipartUpload(all -> all.parts(parts)));
        } catch (RuntimeException e) {
            abort(key, upload);
            throw e;
        }
    }

    /** What cannot be aborted now is for the bucket's own rule on incomplete uploads. */
    private void abort(String key, String upload) {
        try {
            s3.abortMultipartUpload(abort -> abort.bucket(bucket).key(key).uploadId(upload)
                    .overrideConfiguration(limits -> limits.apiCallTimeout(PROBE)));
        } catch (SdkException | UncheckedIOException e) {
            LOG.warnf("An upload to bucket %s could not be aborted: %s", bucket, e.getMessage());
        }
    }

    /** Asks once more where a kept connection has died, and says what went wrong as every store does. */
    <T> T asking(Supplier<T> question) {
        try {
            T answer = twice(question);
            trouble.over();
            return answer;
        } catch (NoSuchKeyException e) {
            throw new Refusal(Code.FILE_NOT_FOUND);
        } catch (SdkException | UncheckedIOException e) {
            throw new Refusal(BucketTrouble.isFull(e) ? Code.STORAGE_FULL : Code.STORE_UNAVAILABLE,
                    new IOException(trouble.begun(e), e));
        }
    }

    /** A kept connection that has died meanwhile surfaces like this, and the SDK tries no other by itself. */
    static <T> T twice(Supplier<T> question) {
        try {
            return question.get();
        } catch (UncheckedIOException dead) {
            return question.get();
        }
    }

    /** Opened anew for every try: the client repeats what failed on the way. */
    static RequestBody body(Path file, long offset, long length) {
        return RequestBody.fromContentProvider(() -> open(file, offset, length), length, "application/octet-stream");
    }

    private static InputStream open(Path file, long offset, long length) {
        try {
            return new FileRange(file, offset, length);
        } catch (IOException e) {
            throw Trouble.with(requireNonNull(file.getParent()), e);
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw Trouble.with(requireNonNull(file.getParent()), e);
        }
    }
}
