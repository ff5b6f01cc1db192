package dev.parley.attachment;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import dev.parley.problem.Code;
import dev.parley.problem.Refusal;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Uploads as multipart uploads of a bucket. All parts but the last have the same size, and what is less than a part is an
 * object beside them, so that an offset is exact to the byte; a part that is filling waits on the local disk. When all is
 * there the bucket makes one object of it, which is read back to be recognised.
 */
final class S3Partials implements PartialStore {

    private static final Logger LOG = Logger.getLogger(S3Partials.class);

    private final S3Store store;
    private final Spool spool;
    private final Path local;

    S3Partials(S3Store store, Spool spool, Path local) {
        this.store = store;
        this.spool = spool;
        this.local = local;
    }

    @Override
    public Held begin(String key, @Nullable Long length) {
        Keys.check(key);
        if (length != null && length <= S3Store.PART) {
            return Held.nothing(key);
        }
        String upload = store.asking(() -> store.s3.createMultipartUpload(create -> create.bucket(store.bucket).key(key)))
                .uploadId();
        return new Held(key, 0, upload, List.of());
    }

    @Override
    public Sink open(Held held) {
        Path file = local.resolve(UUID.randomUUID() + ".part");
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
            Filling filling = new Filling(file, channel, held);
            try {
                filling.takeUp();
                return filling;
            } catch (IOException | RuntimeException e) {
                filling.close();
                throw e;
            }
        } catch (IOException e) {
            throw Trouble.with(local, e);
        }
    }

    @Override
    public Spooled assemble(Held held) {
        if (held.multipart() != null) {
            List<CompletedPart> parts = IntStream.range(0, held.parts().size())
                    .mapToObj(i -> CompletedPart.builder().partNumber(i + 1).eTag(held.parts().get(i)).build()).toList();
            store.asking(() -> {
                try {
                    return store.s3.completeMultipartUpload(complete -> complete.bucket(store.bucket).key(held.key())
                            .uploadId(held.multipart()).multipartUpload(all -> all.parts(parts)));
                } catch (NoSuchUploadException doneBefore) {
                    return held;
                } catch (S3Exception other) {
                    if (other.awsErrorDetails() != null && "InvalidPart".equals(other.awsErrorDetails().errorCode())) {
                        throw new Refusal(Code.CONFLICT);
                    }
                    throw other;
                }
            });
        }
        String object = held.multipart() != null ? held.key() : PartialStore.restOf(held.key(), held.size());
        try (InputStream in = store.read(object, 0, held.size())) {
            Spooled whole = spool.take(in, held.size());
            if (whole.size() != held.size()) {
                whole.close();
                throw lost(object, whole.size(), held.size());
            }
            // A client who puts bytes into the bucket itself could do so again, but not into parts that are one object now.
            return held.multipart() != null ? whole.stored(object) : whole;
        } catch (IOException e) {
            throw Trouble.with(local, e);
        }
    }

    @Override
    public void discard(Held held) {
        if (held.multipart() != null) {
            store.asking(() -> {
                try {
                    return store.s3.abortMultipartUpload(
                            abort -> abort.bucket(store.bucket).key(held.key()).uploadId(held.multipart()));
                } catch (NoSuchUploadException gone) {
                    return held;
                }
            });
            store.delete(held.key());
        }
        String rests = PartialStore.restsOf(held.key());
        store.asking(() -> store.s3.listObjectsV2Paginator(list -> list.bucket(store.bucket).prefix(rests)).contents().stream()
                .map(S3Object::key).toList()).forEach(store::delete);
    }

    private static Refusal lost(String object, long there, long held) {
        LOG.errorf("An upload has lost bytes: %d of %d are in %s", there, held, object);
        return new Refusal(Code.STORE_UNAVAILABLE);
    }

    /** One part at a time, on the local disk until it is full. */
    private final class Filling implements Sink {

        private final Path file;
        private final FileChannel channel;
        private Held held;
        private Held known;

        Filling(Path file, FileChannel channel, Held held) {
            this.file = file;
            this.channel = channel;
            this.held = held;
            this.known = held;
        }

        /** Fetches what is less than a part. */
        void takeUp() throws IOException {
            long waiting = rest(held);
            if (waiting > 0) {
                String object = PartialStore.restOf(held.key(), held.size());
                try (InputStream in = store.read(object, 0, waiting)) {
                    byte[] buffer = new byte[Spool.HEAD];
                    for (int got = in.read(buffer); got > 0; got = in.read(buffer)) {
                        put(ByteBuffer.wrap(buffer, 0, got));
                    }
                }
                if (channel.position() != waiting) {
                    throw lost(object, channel.position(), waiting);
                }
            }
        }

        @Override
        public void write(ByteBuffer bytes) {
            try {
                while (bytes.hasRemaining()) {
                    int some = (int) Math.min(bytes.remaining(), S3Store.PART - channel.position());
                    put(bytes.slice(bytes.position(), some));
                    bytes.position(bytes.position() + some);
                    if (channel.position() == S3Store.PART && held.multipart() != null) {
                        part();
                    }
                }
            } catch (IOException e) {
                throw Trouble.with(local, e);
            }
        }

        @Override
        public Held checkpoint() {
            return held;
        }

        @Override
        public Held settle(boolean whole) {
            try {
                long waiting = channel.position();
                if (waiting > 0 && whole && held.multipart() != null) {
                    part();
                } else if (waiting > 0) {
                    long size = held.parts().size() * S3Store.PART + waiting;
                    store.asking(() -> store.s3.putObject(
                            put -> put.bucket(store.bucket).key(PartialStore.restOf(held.key(), size)),
                            S3Store.body(file, 0, waiting)));
                    held = new Held(held.key(), size, held.multipart(), held.parts());
                }
                return held;
            } catch (IOException e) {
                throw Trouble.with(local, e);
            }
        }

        @Override
        public void remembered() {
            if (rest(known) > 0 && known.size() != held.size()) {
                try {
                    store.delete(PartialStore.restOf(known.key(), known.size()));
                } catch (Refusal later) {
                    LOG.debugf("The rest of a part goes with its upload: %s", later.getMessage());
                }
            }
            known = held;
        }

        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException e) {
                throw Trouble.with(local, e);
            } finally {
                Spool.forget(file);
            }
        }

        /** How much of it is less than a part. */
        private static long rest(Held held) {
            return held.size() - held.parts().size() * S3Store.PART;
        }

        private void put(ByteBuffer bytes) throws IOException {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }

        /** The same number again takes the place of what a request before has left there. */
        private void part() throws IOException {
            long size = channel.position();
            int number = held.parts().size() + 1;
            String tag = store.asking(() -> store.s3.uploadPart(part -> part.bucket(store.bucket).key(held.key())
                    .uploadId(held.multipart()).partNumber(number), S3Store.body(file, 0, size))).eTag();
            List<String> parts = new ArrayList<>(held.parts());
            parts.add(tag);
            held = new Held(held.key(), (number - 1) * S3Store.PART + size, held.multipart(), List.copyOf(parts));
            channel.truncate(0);
        }
    }
}
