package dev.parley.attachment;

import java.nio.ByteBuffer;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.parley.problem.Code;
import dev.parley.problem.Refusal;

/**
 * Keeps what has arrived of files that come in several requests, until they are whole. What it has to remember of an
 * upload is {@link Held}, which its caller keeps in the database, so that any instance goes on where another stopped. One
 * writes at a time; its caller sees to that.
 * <p>
 * Methods block, and throw {@link Refusal} with {@link Code#STORE_UNAVAILABLE} or {@link Code#STORAGE_FULL}.
 */
public interface PartialStore {

    /** What the key of a rest has behind that of its upload. */
    String REST = "-tail-";

    /**
     * What is held of an upload.
     *
     * @param key of {@link ObjectStore#newKey}
     * @param size bytes that are there and survive a power cut
     * @param multipart the bucket's name for an upload in parts; null where there are none
     * @param parts the tags of the parts that the bucket has, in order
     */
    record Held(String key, long size, @Nullable String multipart, List<String> parts) {

        public static Held nothing(String key) {
            return new Held(key, 0, null, List.of());
        }
    }

    /**
     * Under which a bucket keeps what is less than a part, or the whole of a small file. Each size has a key of its own, so
     * that what the database tells of is never overwritten with what it may not come to tell of.
     *
     * @param size of all that is held with it, in bytes
     */
    static String restOf(String key, long size) {
        return restsOf(key) + size;
    }

    /** How the keys of all rests of an upload begin. */
    static String restsOf(String key) {
        return Keys.check(key) + REST;
    }

    /** The key of the upload that an object with this key would be of. */
    static String uploadOf(String key) {
        int rest = key.indexOf(REST);
        return rest < 0 ? key : key.substring(0, rest);
    }

    /** Where the next bytes go. Closing it gives up what was not settled. */
    interface Sink extends AutoCloseable {

        /** Takes all that remains. */
        void write(ByteBuffer bytes);

        /** What would be left after a power cut, made as much as is cheap: at least as much as the last time. */
        Held checkpoint();

        /** Makes all that was written survive a power cut. @param whole whether it was the last of the file */
        Held settle(boolean whole);

        /** The caller has remembered what it was told last: what only goes with what it knew before may go. */
        void remembered();

        @Override
        void close();
    }

    /** Makes room for an upload. @param length of the whole in bytes, null when that is not known yet */
    Held begin(String key, @Nullable Long length);

    /** Goes on behind what is held; anything beyond is forgotten. */
    Sink open(Held held);

    /**
     * The whole file, to be looked at and stored. What is held stays until {@link #discard}, so that this can be done again.
     *
     * @param held settled as whole
     * @throws Refusal {@link Code#STORE_UNAVAILABLE} also when these are not as many bytes as are held
     */
    Spooled assemble(Held held);

    /** Removes all that is held; what is not there is no error. */
    void discard(Held held);
}
