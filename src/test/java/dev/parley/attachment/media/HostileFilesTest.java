package dev.parley.attachment.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.parley.attachment.Kind;
import dev.parley.attachment.Recognised;
import dev.parley.attachment.Recogniser;
import dev.parley.testsupport.SampleFiles;

/** Whatever a file holds, recognising it ends, with an answer. The time limits are for what never ends. */
@Timeout(120)
class HostileFilesTest {

    private static final long SEED = 20_260_101;
    private static final int[] LENGTHS = { 0, 1, 7, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, 0x01ffffff, -9 };

    @TempDir
    Path dir;

    static Stream<String> samples() {
        return Stream.of(SampleFiles.images(), SampleFiles.videos(), SampleFiles.voices(), SampleFiles.documents())
                .flatMap(names -> names.stream());
    }

    @ParameterizedTest
    @MethodSource("samples")
    void aFileCutAnywhereIsAnswered(String name) throws IOException {
        byte[] file = Files.readAllBytes(SampleFiles.get(name));
        Random random = new Random(SEED);
        for (int length = 0; length < Math.min(300, file.length); length++) {
            answer(file, length);
        }
        for (int i = 0; i < 100; i++) {
            int length = random.nextInt(file.length);
            Recognised inMemory = answer(file, length);
            if (i % 10 == 0) {
                assertThat(Recogniser.of(Files.write(dir.resolve("cut"), Arrays.copyOf(file, length))))
                        .isEqualTo(inMemory);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("samples")
    void flippedBitsAreAnswered(String name) throws IOException {
        byte[] file = Files.readAllBytes(SampleFiles.get(name));
        Random random = new Random(SEED);
        for (int i = 0; i < 300; i++) {
            byte[] damaged = file.clone();
            int reach = i % 2 == 0 ? Math.min(600, file.length) : file.length;
            for (int flips = random.nextInt(1, 12); flips > 0; flips--) {
                damaged[random.nextInt(reach)] ^= (byte) (1 << random.nextInt(8));
            }
            answer(damaged, damaged.length);
        }
    }

    @ParameterizedTest
    @MethodSource("samples")
    void noLengthFieldIsTrusted(String name) throws IOException {
        byte[] file = Files.readAllBytes(SampleFiles.get(name));
        for (int at = 0; at + 8 <= file.length; at = at == 399 ? Math.max(400, file.length - 1200) : at + 1) {
            int kept = ByteBuffer.wrap(file).getInt(at);
            for (int length : LENGTHS) {
                ByteBuffer.wrap(file).putInt(at, length);
                answer(file, file.length);
            }
            ByteBuffer.wrap(file).putInt(at, kept);
        }
    }

    @Test
    void noiseIsAnswered() throws IOException {
        Random random = new Random(SEED);
        for (int i = 0; i < 20_000; i++) {
            byte[] noise = new byte[random.nextInt(400)];
            random.nextBytes(noise);
            answer(noise, noise.length);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "ffd8ff", "89504e470d0a1a0a0000000d49484452", "474946383961", "52494646000000005745425056503858",
            "424d", "0000001466747970", "00000008", "0000000866726565", "1a45dfa3", "4f676753000200",
            "524946460000000057415645",
            "5249464600000000415649204c495354000000006864726c", "464c560105000000090000000012", "255044462d", "504b0304",
            "504b0506", "526172211a0700", "526172211a070100", "d0cf11e0a1b11ae1", "49443303000000000000", "fffb9064",
            "fff15080" })
    void noiseBehindASignatureIsAnswered(String signature) throws IOException {
        byte[] start = HexFormat.of().parseHex(signature);
        Random random = new Random(SEED);
        for (int i = 0; i < 1000; i++) {
            byte[] noise = new byte[start.length + random.nextInt(2000)];
            random.nextBytes(noise);
            System.arraycopy(start, 0, noise, 0, start.length);
            answer(noise, noise.length);
        }
    }

    /** More of one pattern than is ever read: each is the worst case of some reader's loop. */
    @ParameterizedTest
    @ValueSource(strings = { "0000000866726565", "000000086d6f6f76", "000000086d6f6f66", "0000000174726163", "4f67675300020000",
            "1f43b675", "ec80", "ff", "fffb", "ffe0", "504b010200000000", "504b0304", "504b0506", "4c49535400000000",
            "4c495354000000006864726c", "494433030000000000", "00", "a0ff", "ae80", "747261660000" })
    void endlessPatternsCostNoMoreThanTheBudget(String pattern) throws IOException {
        byte[] unit = HexFormat.of().parseHex(pattern);
        byte[] flood = new byte[8 << 20];
        for (int i = 0; i < flood.length; i++) {
            flood[i] = unit[i % unit.length];
        }
        Path path = Files.write(dir.resolve("flood"), flood);
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            for (String name : new String[] { "photo.jpg", "end.mp4", "fragments.mp4", "live.webm", "opus.ogg", "voice.wav",
                    "clip.avi", "clip.flv", "vbr.mp3", "letter.doc", "letter.docx", "" }) {
                byte[] start = name.isEmpty() ? new byte[0] : Files.readAllBytes(SampleFiles.get(name));
                for (int length : new int[] { 0, 12, start.length / 2, start.length }) {
                    int kept = Math.min(length, start.length);
                    file.write(ByteBuffer.wrap(start, 0, kept), 0);
                    Bytes bytes = Bytes.of(file);
                    assertThat(Formats.recognise(bytes)).isNotNull();
                    // All of it once more when it may be text.
                    assertThat(bytes.fetched()).isLessThanOrEqualTo(Bytes.MOST_READ + file.size());
                    file.write(ByteBuffer.wrap(flood, 0, kept), 0);
                }
            }
        }
    }

    @Test
    void nothingIsReadPastTheBudget() throws IOException {
        Path path = Files.write(dir.resolve("large"), new byte[8 << 20]);
        try (FileChannel file = FileChannel.open(path)) {
            Bytes far = Bytes.of(file);
            assertThatThrownBy(() -> {
                for (long at = 0; at < far.size(); at += 1024) {
                    far.u8(at);
                }
            }).isInstanceOf(Bytes.Beyond.class);
            assertThat(far.fetched()).isEqualTo(Bytes.MOST_READ);
            Bytes backwards = Bytes.of(file);
            assertThatThrownBy(() -> backwards.last("nowhere", 0, file.size())).isInstanceOf(Bytes.Beyond.class);
            assertThat(backwards.fetched()).isPositive().isLessThanOrEqualTo(Bytes.MOST_READ);
            Bytes often = Bytes.of(file);
            assertThatThrownBy(() -> {
                while (true) {
                    often.u8(0);
                }
            }).isInstanceOf(Bytes.Beyond.class);
        }
    }

    @Test
    void aCompoundFileWhoseSectorsAndEntriesFormCirclesIsAnswered() throws IOException {
        for (int next : new int[] { 0, 1, 2, -1, -2, 0x7fffffff }) {
            for (int sibling : new int[] { 0, 1, 2, 3, -1 }) {
                byte[] file = compound(next, sibling, "Contents");
                assertThat(answer(file, file.length).type().extension).isEqualTo("bin");
            }
        }
    }

    @Test
    void aDocumentInsideAnotherDoesNotDecide() throws IOException {
        byte[] sheet = compound(-2, -1, "Workbook");
        assertThat(answer(sheet, sheet.length).type().extension).isEqualTo("xls");

        // The same entry, but not among the root's children.
        ByteBuffer.wrap(sheet).order(ByteOrder.LITTLE_ENDIAN).putInt(512 * 2 + 76, 2);
        assertThat(answer(sheet, sheet.length).type().extension).isEqualTo("bin");
    }

    /** Past seven MiB the header has no room for the whole allocation table: a chain of lists goes on with it. */
    @Test
    void aLargeOldDocumentIsFoundByTheLongWay() throws IOException {
        int directory = 128 * 300 + 5;
        byte[] small = compound(-2, -1, "WordDocument");
        byte[] large = Arrays.copyOf(small, 512 * (directory + 2));
        System.arraycopy(small, 1024, large, 512 * (directory + 1), 512);
        ByteBuffer file = ByteBuffer.wrap(large).order(ByteOrder.LITTLE_ENDIAN);
        // Lists of 127 table sectors each: the 300th is in the second, which names sector 9 for it.
        file.putInt(48, directory).putInt(68, 3).putInt(512 * 4 + 508, 4);
        file.putInt(512 * 5 + 4 * (300 - 109 - 127), 9).putInt(512 * 10 + 4 * 5, -2);

        assertThat(answer(large, large.length).type().extension).isEqualTo("doc");
    }

    /** One sector of allocation table, one of directory: the root, a stream, two empty entries. */
    private static byte[] compound(int next, int sibling, String name) {
        ByteBuffer file = ByteBuffer.allocate(512 * 3).order(ByteOrder.LITTLE_ENDIAN);
        file.put(HexFormat.of().parseHex("d0cf11e0a1b11ae1")).putShort(30, (short) 9);
        file.putInt(44, 1).putInt(48, 1).putInt(68, -2).putInt(76, 0);
        file.putInt(512, -3).putInt(516, next);
        int root = 1024;
        file.putInt(root + 76, 1).put(root + 66, (byte) 5).putInt(root + 68, -1).putInt(root + 72, -1);
        int stream = root + 128;
        file.put(stream, name.getBytes(StandardCharsets.UTF_16LE)).putShort(stream + 64, (short) (2 * name.length() + 2));
        file.put(stream + 66, (byte) 2).putInt(stream + 68, sibling).putInt(stream + 72, sibling).putInt(stream + 76, -1);
        return file.array();
    }

    @Test
    void boxesNestedDeeperThanAnyPlayerGoesDoNotOverflowTheStack() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(HexFormat.of().parseHex("0000001066747970" + "69736f6d00000000"));
        int depth = 100_000;
        for (int i = 0; i < depth; i++) {
            String type = i == 0 ? "moov" : i == 1 ? "trak" : i % 3 == 2 ? "mdia" : i % 3 == 0 ? "minf" : "stbl";
            out.write(ByteBuffer.allocate(8).putInt(8 * (depth - i)).put(type.getBytes(StandardCharsets.US_ASCII)).array());
        }
        assertThat(answer(out.toByteArray(), out.size()).kind()).isEqualTo(Kind.FILE);
    }

    /** The answer, which must agree with what the first bytes decided. */
    private static Recognised answer(byte[] file, int length) throws IOException {
        Recognised seen = Formats.recognise(Bytes.of(file, length));
        Optional<Kind> early = Recogniser.early(file, Math.min(64, length));
        assertThat(early.isEmpty() || early.get() == seen.kind() || seen.kind() == Kind.FILE).isTrue();
        return seen;
    }
}
