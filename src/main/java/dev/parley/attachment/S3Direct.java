package dev.parley.attachment;

import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import dev.parley.attachment.PartialStore.Held;
import dev.parley.problem.Code;
import dev.parley.problem.Refusal;
import software.amazon.awssdk.awscore.presigner.PresignedRequest;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;
import software.amazon.awssdk.services.s3.model.Part;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/**
 * Presigned PUTs (AWS Signature Version 4) of exactly one length and type each, to a temporary key. All parts but the last
 * have one size, so that at most a hundred addresses are told.
 */
final class S3Direct implements DirectStore {

    /** Nobody's own type is believed; the bytes decide later. */
    private static final String TYPE = "application/octet-stream";
    private static final long MOST_PARTS = 100;

    private final S3Store store;
    private final S3Partials partials;
    private final S3Presigner presigner;

    S3Direct(S3Store store, S3Partials partials, S3Presigner presigner) {
        this.store = store;
        this.partials = partials;
        this.presigner = presigner;
    }

    @Override
    public Held begin(String key, long length) {
        return partials.begin(key, length);
    }

    @Override
    public List<Place> places(Held held, long length, Duration goodFor) {
        if (held.multipart() == null) {
            return List.of(place(1, length, presigner.presignPutObject(sign -> sign.signatureDuration(goodFor)
                    .putObjectRequest(
                            put -> put.bucket(store.bucket).key(PartialStore.restOf(held.key(), length)).contentType(TYPE)
                                    .contentLength(length)))));
        }
        List<Place> places = new ArrayList<>();
        for (long offset = 0; offset < length; offset += size(length)) {
            int number = places.size() + 1;
            long size = Math.min(size(length), length - offset);
            places.add(place(number, size, presigner.presignUploadPart(sign -> sign.signatureDuration(goodFor)
                    .uploadPartRequest(part -> part.bucket(store.bucket).key(held.key()).uploadId(held.multipart())
                            .partNumber(number).contentLength(size)))));
        }
        return places;
    }

    @Override
    public Held arrived(Held held, long length) {
        if (held.multipart() == null) {
            long there = store.asking(() -> {
                try {
                    return store.s3.headObject(
                            head -> head.bucket(store.bucket).key(PartialStore.restOf(held.key(), length)))
                            .contentLength();
                } catch (NoSuchKeyException nothing) {
                    return 0L;
                }
            });
            return whole(held, length, there, List.of());
        }
        Optional<List<Part>> listed = store.asking(() -> {
            try {
                return Optional.of(store.s3.listParts(
                        list -> list.bucket(store.bucket).key(held.key()).uploadId(held.multipart())).parts());
            } catch (NoSuchUploadException gone) {
                return Optional.empty();
            }
        });
        if (listed.isEmpty() && held.size() == length) {
            // A try before has made one object of them already.
            return held;
        }
        List<Part> parts = listed.orElseGet(List::of);
        for (int i = 0; i < parts.size(); i++) {
            if (parts.get(i).partNumber() != i + 1) {
                throw incomplete();
            }
        }
        return whole(held, length, parts.stream().mapToLong(Part::size).sum(), parts.stream().map(Part::eTag).toList());
    }

    private static Held whole(Held held, long length, long there, List<String> parts) {
        if (there != length) {
            throw incomplete();
        }
        return new Held(held.key(), length, held.multipart(), parts);
    }

    private static Refusal incomplete() {
        return new Refusal(Code.CONFLICT, "Not all of the file is in the bucket");
    }

    private static long size(long length) {
        return Math.max(S3Store.PART, Math.ceilDiv(length, MOST_PARTS));
    }

    private static Place place(int number, long size, PresignedRequest signed) {
        Map<String, String> headers = new TreeMap<>();
        signed.signedHeaders().forEach((name, values) -> {
            // Who sends it sets these by themselves.
            if (!name.equalsIgnoreCase("host") && !name.equalsIgnoreCase("content-length")) {
                headers.put(name, String.join(",", values));
            }
        });
        try {
            return new Place(number, signed.url().toURI(), size, headers);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
