package dev.parley.attachment.privacy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.parley.attachment.FileType;

/** Millions of pieces: each is looked at once, or these would take days. */
@Timeout(60)
class FloodTest {

    private static final int LENGTH = 4 << 20;

    @TempDir
    Path dir;

    @ParameterizedTest
    @ValueSource(strings = { "\u00ff\u00e1\0\u0002", "\u00ff\u00da\0\u0002", "\u00ff", "\u00ff\0", "\0\0\0\0tEXtcccc",
            "\0\0\0\0IDATcccc",
            "EXIF\0\0\0\0", "ANMF\0\0\0\0", "!\u00fe\0", "!\u00f9\0", "!\u00fe\u0001x", "\0\0\0\bfree", "\0\0\0\bmoov",
            "\0\0\0\bmdat",
            "\0\0\0\bmoof", "\0\0\0\btrak", "\0\0\0\1moov\0\0\0\0\0\0\0\u0010", "TAG", "ID3\u0004\0\0\0\0\0\0", "APETAGEX",
            "LYRICSBEGIN",
            "\u00ff\u00fb\u0090", "3DI\u0004\0\0\0\0\0\0", "TIT2\0\0\0\u0001\0\0x" })
    void anEndlessPatternIsLookedAtOnce(String pattern) throws IOException {
        byte[] unit = pattern.getBytes(StandardCharsets.ISO_8859_1);
        byte[] flood = new byte[LENGTH];
        for (int i = 0; i < flood.length; i++) {
            flood[i] = unit[i % unit.length];
        }
        assertAnswered(flood, "\u00ff\u00d8", FileType.JPEG);
        assertAnswered(flood, "\u0089PNG\r\n\u001a\n", FileType.PNG);
        assertAnswered(flood, "GIF89a\0\0\0\0\0\0\0", FileType.GIF);
        assertAnswered(flood, "RIFF\u00ff\u00ff\u003f\0WEBPVP8X\n\0\0\0\0\0\0\0\0\0\0\0\0\0", FileType.WEBP);
        assertAnswered(flood, "ID3\u0003\0\0\u007f\u007f\u007f\u007f", FileType.MP3);
        assertAnswered(flood, "", FileType.MP3);
        assertAnswered(flood, "", FileType.MP4);
        assertAnswered(flood, "\0\u0040\0\0moov", FileType.MP4);
        assertAnswered(flood, "\0\u0040\0\0moov\0\u003f\u00ff\u00f8trak", FileType.MP4);
    }

    /** What a track is stands in its last box, and all of the others ask for it. */
    @Test
    void aTrackOfHundredThousandsOfDescriptionsIsLookedAtOnce() throws IOException {
        int count = 400_000;
        ByteBuffer movie = ByteBuffer.allocate(5 * 8 + 8 * count + 32);
        for (String box : new String[] { "moov", "trak", "mdia" }) {
            box(movie, movie.remaining(), box);
        }
        box(movie, 16 + 8 * count, "minf");
        box(movie, 8 + 8 * count, "stbl");
        for (int i = 0; i < count; i++) {
            box(movie, 8, "stsd");
        }
        box(movie, 32, "hdlr");
        movie.put(new byte[8]).put("vide".getBytes(StandardCharsets.US_ASCII))
                .put("SecretCamera".getBytes(StandardCharsets.US_ASCII));

        byte[] left = assertAnswered(movie.array(), "", FileType.MP4);
        assertThat(TellingFiles.find(left, TellingFiles.MARK)).isNegative();
    }

    private static void box(ByteBuffer into, int size, String type) {
        into.putInt(size).put(type.getBytes(StandardCharsets.US_ASCII));
    }

    private byte[] assertAnswered(byte[] flood, String start, FileType type) throws IOException {
        byte[] file = flood.clone();
        byte[] head = start.getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(head, 0, file, 0, head.length);
        Path path = Files.write(dir.resolve("flood"), file);
        Metadata.remove(path, type);
        byte[] left = Files.readAllBytes(path);
        assertThat(left.length).isLessThanOrEqualTo(file.length);
        return left;
    }
}
