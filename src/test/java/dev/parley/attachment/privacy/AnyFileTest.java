package dev.parley.attachment.privacy;

import static dev.parley.testsupport.Bytes.join;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

import dev.parley.testsupport.SampleFiles;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Files of every kind with damage of every kind. {@code -Pfuzz} tries a hundred times as many. */
class AnyFileTest {

    private static final String[] MARKS = { "IEND", "tEXt", "eXIf", "IDAT", "EXIF", "XMP ", "VP8X", "ANMF", "RIFF", "moov",
            "trak", "mdia", "minf", "stbl", "stco", "stsz", "stsc", "hdlr", "udta", "meta", "free", "mdat", "moof", "traf",
            "trun", "uuid", "ID3", "TAG", "APETAGEX", "LYRICSBEGIN", "TIT2", "GIF89a", "NETSCAPE2.0", "Exif\0\0", "JFIF\0",
            "ICC_PROFILE\0", "Adobe" };
    private static final List<byte[]> FILES = new ArrayList<>();

    @BeforeContainer
    static void read() throws IOException {
        FILES.addAll(TellingFiles.read());
        for (String name : List.of("photo.bmp", "cbr.mp3", "voice.wav", "opus.ogg", "voice.webm", "clip.avi")) {
            FILES.add(Files.readAllBytes(SampleFiles.get(name)));
        }
    }

    @AfterContainer
    static void forget() {
        FILES.clear();
    }

    @Property(shrinking = ShrinkingMode.BOUNDED, edgeCases = EdgeCasesMode.NONE)
    void aDamagedFileIsAnsweredKeepsItsTypeAndIsSettled(@ForAll("damaged") byte[] file) throws IOException {
        Promises.holdFor(file);
    }

    @Property(shrinking = ShrinkingMode.BOUNDED, edgeCases = EdgeCasesMode.NONE)
    void noiseWithMarksInItIsAnswered(@ForAll("noise") byte[] file) throws IOException {
        Promises.holdFor(file);
    }

    /** What a reader takes of the chunk is what goes with the next one. */
    @Example
    void aFirstChunkOfAWebPictureThatHasNoRoomForItsHeaderIsNoPicture() throws IOException {
        for (byte[] file : FILES) {
            if (new String(file, 8, 4, StandardCharsets.ISO_8859_1).equals("WEBP")) {
                byte[] empty = with(file, 16, new byte[4]);
                empty[20] = 0;
                Promises.holdFor(empty);
            }
        }
    }

    @Provide
    Arbitrary<byte[]> damaged() {
        Arbitrary<byte[]> whole = Arbitraries.integers().between(0, FILES.size() - 1).map(FILES::get);
        return Combinators.combine(whole, damage().list().ofMinSize(1).ofMaxSize(8)).as((file, damages) -> {
            byte[] damaged = file;
            for (UnaryOperator<byte[]> damage : damages) {
                damaged = damage.apply(damaged);
            }
            return damaged;
        });
    }

    @Provide
    Arbitrary<byte[]> noise() {
        Arbitrary<byte[]> piece = Arbitraries.oneOf(
                Arbitraries.of(MARKS).map(mark -> mark.getBytes(StandardCharsets.ISO_8859_1)),
                Arbitraries.bytes().array(byte[].class).ofMaxSize(40),
                Arbitraries.integers().map(number -> ByteBuffer.allocate(4).putInt(number).array()));
        Arbitrary<byte[]> start = Arbitraries.integers().between(0, FILES.size() - 1)
                .map(file -> Arrays.copyOf(FILES.get(file), Math.min(60, FILES.get(file).length)));
        return Combinators.combine(start, piece.list().ofMaxSize(60)).as((first, pieces) -> {
            ByteBuffer all = ByteBuffer.allocate(4000).put(first);
            pieces.forEach(all::put);
            return Arrays.copyOf(all.array(), all.position());
        });
    }

    /** Places are shares of the file, so that they stay the same when a piece of it goes. */
    private static Arbitrary<UnaryOperator<byte[]>> damage() {
        Arbitrary<Double> place = Arbitraries.oneOf(Arbitraries.doubles().between(0, 1),
                Arbitraries.doubles().between(0, 0.02));
        Arbitrary<UnaryOperator<byte[]>> cut = place.map(share -> file -> Arrays.copyOf(file, at(file, share)));
        Arbitrary<UnaryOperator<byte[]>> flip = Combinators.combine(place, Arbitraries.integers().between(0, 7))
                .as((share, bit) -> file -> with(file, at(file, share), (byte) (byteAt(file, share) ^ 1 << bit)));
        Arbitrary<UnaryOperator<byte[]>> length = Combinators.combine(place,
                Arbitraries.oneOf(Arbitraries.of(0, 1, 7, 8, -1, Integer.MAX_VALUE, Integer.MIN_VALUE), Arbitraries.integers()))
                .as((share, number) -> file -> with(file, at(file, share), ByteBuffer.allocate(4).putInt(number).array()));
        Arbitrary<UnaryOperator<byte[]>> mark = Combinators.combine(place, Arbitraries.of(MARKS))
                .as((share, text) -> file -> with(file, at(file, share), text.getBytes(StandardCharsets.ISO_8859_1)));
        Arbitrary<UnaryOperator<byte[]>> without = Combinators.combine(place, Arbitraries.integers().between(1, 2000))
                .as((share, some) -> file -> join(Arrays.copyOf(file, at(file, share)), from(file, at(file, share) + some)));
        Arbitrary<UnaryOperator<byte[]>> more = Combinators
                .combine(place, place, Arbitraries.integers().between(0, FILES.size() - 1))
                .as((share, other, which) -> file -> join(Arrays.copyOf(file, at(file, share)),
                        from(FILES.get(which), at(FILES.get(which), other))));
        return Arbitraries.oneOf(List.of(cut, flip, length, mark, without, more));
    }

    private static int at(byte[] file, double share) {
        return (int) Math.min(file.length, share * file.length);
    }

    private static byte byteAt(byte[] file, double share) {
        return at(file, share) < file.length ? file[at(file, share)] : 0;
    }

    private static byte[] with(byte[] file, int at, byte... bytes) {
        byte[] changed = file.clone();
        System.arraycopy(bytes, 0, changed, at, Math.min(bytes.length, changed.length - at));
        return changed;
    }

    private static byte[] from(byte[] file, int at) {
        return Arrays.copyOfRange(file, Math.min(at, file.length), file.length);
    }
}
