package dev.parley.attachment;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.UUID;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import dev.parley.connection.Pieces;
import dev.parley.problem.Code;
import dev.parley.problem.Refusal;
import io.quarkus.runtime.StartupEvent;

/**
 * Where an upload waits until it is known to be whole and welcome: bytes go to a temporary file while they are counted,
 * and stop at the limit. Whatever goes wrong, no file stays behind; what a crash leaves is swept at the
 * next start.
 */
@Singleton
public class Spool {

    /** How much of a file is at hand for recognising it; until so much has come, nothing more is set aside for it. */
    public static final int HEAD = 4 * 1024;

    private static final double KIB = 1024;
    private static final double MIB = 1024 * KIB;

    private final DataDirectory data;
    private final Path directory;

    public Spool(DataDirectory data) {
        this.data = data;
        this.directory = data.uploads();
    }

    /** Names the largest size, in bytes, of a file that begins like this; may refuse it altogether. */
    @FunctionalInterface
    public interface Limit {

        /** @param head the first {@link #HEAD} bytes, or the whole file when it is shorter; never empty */
        long forHead(byte[] head);
    }

    /** As {@link #take(InputStream, Limit)} with one limit, in bytes, for whatever comes. */
    public Spooled take(InputStream in, long limit) {
        return take(in, head -> limit);
    }

    /**
     * Reads a stream to its end into a temporary file. Does not close the stream.
     *
     * @throws Refusal {@link Code#EMPTY_FILE}, {@link Code#FILE_TOO_LARGE} as soon as the limit is passed,
     *         {@link Code#STORAGE_FULL}, {@link Code#BAD_REQUEST} when the stream breaks off
     */
    public Spooled take(InputStream in, Limit limits) {
        Pieces pieces = Pieces.of(in);
        byte[] head = head(pieces);
        if (head.length == 0) {
            throw new Refusal(Code.EMPTY_FILE);
        }
        long limit = limits.forHead(head);
        Path file = directory.resolve(UUID.randomUUID() + ".part");
        boolean whole = false;
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            long size = 0;
            for (ByteBuffer piece = ByteBuffer.wrap(head); piece != null; piece = next(pieces)) {
                size += piece.remaining();
                if (size > limit) {
                    throw tooLarge(limit);
                }
                while (piece.hasRemaining()) {
                    out.write(piece);
                }
            }
            Spooled spooled = new Spooled(file, size, head);
            whole = true;
            return spooled;
        } catch (IOException e) {
            whole = false;
            throw Trouble.with(directory, e);
        } finally {
            if (!whole) {
                forget(file);
            }
        }
    }

    /**
     * The documents' sentence: {@code File too large. Maximum size: 10.0MB}, in units of 1,048,576 bytes; of which there may
     * be less than a tenth.
     */
    public static Refusal tooLarge(long limit) {
        return new Refusal(Code.FILE_TOO_LARGE, "File too large. Maximum size: "
                + (limit < MIB / 10 ? String.format(Locale.ROOT, "%.1fKB", limit / KIB)
                        : String.format(Locale.ROOT, "%.1fMB", limit / MIB)));
    }

    void sweepLeftovers(@Observes StartupEvent start) {
        data.sweep(directory);
    }

    private static byte[] head(InputStream in) {
        try {
            return in.readNBytes(HEAD);
        } catch (IOException e) {
            throw brokeOff();
        }
    }

    private static @Nullable ByteBuffer next(Pieces pieces) {
        try {
            return pieces.next();
        } catch (IOException e) {
            throw brokeOff();
        }
    }

    private static Refusal brokeOff() {
        return new Refusal(Code.BAD_REQUEST, "The upload broke off");
    }

    static void forget(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
