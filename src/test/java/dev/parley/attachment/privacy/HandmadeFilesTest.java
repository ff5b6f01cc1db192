package dev.parley.attachment.privacy;

import static dev.parley.testsupport.Bytes.join;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.function.IntFunction;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.parley.attachment.FileType;
import dev.parley.testsupport.SampleFiles;

/** What devices write and no tool at hand does, put together byte by byte. */
class HandmadeFilesTest {

    private static final String SAMPLES = "keepSecretkeep";
    private static final String LEFT = "keep\0\0\0\0\0\0keep";

    @TempDir
    Path dir;

    @ParameterizedTest
    @CsvSource({ "4, 24", "8, 0204", "16, 00020004", "32, 0000000200000004" })
    void samplesOfARemovedTrackGoAlsoWhereTheirSizesAreWrittenShort(int bits, String sizes) throws IOException {
        IntFunction<byte[]> movie = start -> box("moov", track(2, "text", box("stbl",
                box("stz2", ints(0, bits, 2), hex(sizes)), box("stsc", ints(0, 1, 1, 2, 1)),
                box("stco", ints(0, 1, start + 4)))));
        assertThat(samplesLeftOf(movie)).isEqualTo(LEFT);
    }

    @Test
    void samplesOfARemovedTrackGoAlsoWhereTheyFollowThoseOfAnotherInTheirFragment() throws IOException {
        IntFunction<byte[]> movie = start -> join(fragmented(), box("moof",
                box("traf", box("tfhd", ints(0, 1)), box("trun", ints(1, 1, start - fragmented().length))),
                box("traf", box("tfhd", ints(0, 2)), box("trun", ints(0, 1)))));
        assertThat(samplesLeftOf(movie)).isEqualTo(LEFT);
    }

    /** The track that stays says only that it follows the one before. */
    @Test
    void samplesOfATrackThatStaysAreStillFoundBehindThoseOfARemovedOne() throws IOException {
        IntFunction<byte[]> movie = start -> join(fragmented(), box("moof",
                box("traf", box("tfhd", ints(0, 2)), box("trun", ints(1, 1, start + 4 - fragmented().length))),
                box("traf", box("tfhd", ints(0, 1)), box("trun", ints(1, 1, 0)))));
        int start = movie.apply(0).length + 8;
        assertThat(samplesLeftOf(movie)).isEqualTo(LEFT);
        assertThat(ByteBuffer.wrap(Files.readAllBytes(dir.resolve("file"))).getInt(start - 12))
                .isEqualTo(start + "keepSecret".length() - fragmented().length);
    }

    /** Each costs reading and writing, and there is room for millions. */
    @Test
    void moreRunsOfARemovedTrackThanARecorderWritesAreNotLookedUp() throws IOException {
        byte[] nowhere = box("trun", ints(1, 1, 0));
        ByteBuffer many = ByteBuffer.allocate(100_000 * nowhere.length);
        while (many.hasRemaining()) {
            many.put(nowhere);
        }
        IntFunction<byte[]> movie = start -> join(fragmented(), box("moof", box("traf", box("tfhd", ints(0x20000, 2)),
                many.array(), box("trun", ints(1, 1, start + 4 - fragmented().length)))));
        assertThat(samplesLeftOf(movie)).isEqualTo(SAMPLES);
    }

    @Test
    void eachRunOfARemovedTrackIsFoundFromWhereItsFragmentStarts() throws IOException {
        IntFunction<byte[]> movie = start -> {
            int base = start - fragmented().length;
            return join(fragmented(), box("moof", box("traf", box("tfhd", ints(0x20010, 2, 3)),
                    box("trun", ints(1, 1, base + 4)), box("trun", ints(1, 1, base + 7)))));
        };
        assertThat(samplesLeftOf(movie)).isEqualTo(LEFT);
    }

    @ParameterizedTest
    @ValueSource(strings = { "Secret", "Secrets" })
    void thePicturesOfAnAnimationKeepNothingButThemselves(String told) throws IOException {
        byte[] exif = chunk("EXIF", told.getBytes(StandardCharsets.US_ASCII));
        byte[] file = animation(exif, chunk("XMP ", told.getBytes(StandardCharsets.US_ASCII)));
        assertThat(cleaned(file, FileType.WEBP)).isEqualTo(animation(new byte[0], new byte[0]));
    }

    @ParameterizedTest
    @CsvSource({
            // Unsynchronised: 0xff 0xe0 and the mark of UTF-16 have a zero in their midst that no length counts.
            "3, 80, '', 50524956000000030000ff00e041, 5449543200000005000001ff00fe4100, ''",
            "2, 80, '', 505249000003ff00e041, 545432000005 01ff00fe4100, ''",
            // An extended header, which counts itself in version 4 alone; a footer.
            "3, 40, 00000006000000000000, '', 5449543200000002000000 41, ''",
            "3, c0, 00000006000000000000, '', 5449543200000002000000 41, ''",
            "4, 50, 000000060100, '', 5449543200000002000003 41, 334449040050 00000000",
            // Of one frame alone, which says how long it was before.
            "4, 80, '', 50524956000000030000 414243, 544954320000000a0003 0000000501ff00fe4100, ''" })
    void whatASoundIsCalledStaysHoweverItsTagIsWritten(int version, String flags, String extension, String dropped,
            String title, String footer) throws IOException {
        Path plain = Files.copy(SampleFiles.get("cbr.mp3"), dir.resolve("plain.mp3"));
        Metadata.remove(plain, FileType.MP3);
        byte[] sound = Files.readAllBytes(plain);
        byte[] frames = join(hex(extension), hex(dropped), hex(title));
        int set = Integer.parseInt(flags, 16);
        byte[] file = join(tag(version, set, frames), hex(footer), sound);
        assertThat(cleaned(file, FileType.MP3)).isEqualTo(join(tag(version, set & 0x80, hex(title)), sound));
    }

    /** Two tracks, of which one goes: a picture of four bytes a sample, and a text of six. */
    private static byte[] fragmented() {
        return box("moov", track(1, "vide"), track(2, "text"),
                box("mvex", box("trex", ints(0, 1, 1, 0, 4, 0)), box("trex", ints(0, 2, 1, 0, 6, 0))));
    }

    private static byte[] track(int id, String handler, byte[]... tables) {
        return box("trak", box("tkhd", ints(0, 0, 0, id)), box("mdia",
                box("hdlr", ints(0, 0), handler.getBytes(StandardCharsets.US_ASCII)), box("minf", tables)));
    }

    /** @param movie what stands before the samples, told where they start */
    private String samplesLeftOf(IntFunction<byte[]> movie) throws IOException {
        int start = movie.apply(0).length + 8;
        byte[] file = join(movie.apply(start), box("mdat", SAMPLES.getBytes(StandardCharsets.US_ASCII)));
        byte[] left = cleaned(file, FileType.MP4);
        return new String(left, start, left.length - start, StandardCharsets.US_ASCII);
    }

    private byte[] cleaned(byte[] file, FileType type) throws IOException {
        Path path = Files.write(dir.resolve("file"), file);
        assertThat(Metadata.remove(path, type)).isTrue();
        byte[] left = Files.readAllBytes(path);
        assertThat(Metadata.remove(path, type)).as("again").isFalse();
        return left;
    }

    private static byte[] animation(byte[] inFirst, byte[] inSecond) {
        byte[] picture = chunk("VP8L", ints(0x2f000000));
        byte[] chunks = join(chunk("VP8X", new byte[] { 2 }, new byte[9]), chunk("ANIM", new byte[6]),
                chunk("ANMF", new byte[16], picture, inFirst), chunk("ANMF", new byte[16], inSecond, picture));
        return chunk("RIFF", "WEBP".getBytes(StandardCharsets.US_ASCII), chunks);
    }

    private static byte[] chunk(String type, byte[]... parts) {
        byte[] body = join(parts);
        return join(type.getBytes(StandardCharsets.US_ASCII),
                ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(body.length).array(), body,
                new byte[body.length % 2]);
    }

    private static byte[] box(String type, byte[]... parts) {
        byte[] body = join(parts);
        return join(ints(8 + body.length), type.getBytes(StandardCharsets.US_ASCII), body);
    }

    private static byte[] tag(int version, int flags, byte[] frames) {
        return join("ID3".getBytes(StandardCharsets.US_ASCII), new byte[] { (byte) version, 0, (byte) flags, 0, 0,
                (byte) (frames.length >> 7), (byte) (frames.length & 0x7f) }, frames);
    }

    private static byte[] ints(int... numbers) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * numbers.length);
        for (int number : numbers) {
            bytes.putInt(number);
        }
        return bytes.array();
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits.replace(" ", ""));
    }
}
