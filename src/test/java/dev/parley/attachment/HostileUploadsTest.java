package dev.parley.attachment;

import static dev.parley.testsupport.Bytes.join;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.management.ThreadMXBean;

import dev.parley.attachment.privacy.Metadata;
import dev.parley.testsupport.Answer;
import dev.parley.testsupport.Form;
import io.quarkus.test.junit.QuarkusTest;

/** Files that were made to cost whoever looks at them: judged by what is cheap to read, they cost little. */
@QuarkusTest
class HostileUploadsTest extends FilesScene {

    private static final int MIB = 1 << 20;
    private static final Duration A_SECOND = Duration.ofSeconds(1);

    private static byte[] pixels;
    private static byte[] document;

    @BeforeAll
    static void build() throws IOException {
        pixels = ImageRecognitionTest.blackPng(30_000);
        document = document();
    }

    @Test
    void bombsAreTakenForWhatTheirHeadersSayAndNeverUnpacked() {
        JsonNode files = posted(new Form().file("bomb.png", pixels).file("bomb.gif", wideGif()).file("bomb.docx", document)
                .file("half.png", Arrays.copyOf(pixels, pixels.length / 2))).get("files_data");
        assertThat(files.at("/0/width").asInt()).isEqualTo(30_000);
        assertThat(files.at("/1/height").asInt()).isEqualTo(0x7e7e);
        assertThat(files.at("/2/mime_type").asText()).endsWith("wordprocessingml.document");
        assertThat(files.at("/3/height").asInt()).isEqualTo(30_000);
    }

    @Test
    void eachIsAnsweredWithinASecond() throws IOException {
        Map<String, Duration> slow = new LinkedHashMap<>();
        for (Map.Entry<String, byte[]> file : hostile().entrySet()) {
            Duration took = answered(file.getKey(), file.getValue());
            if (took.compareTo(A_SECOND) >= 0) {
                slow.put(file.getKey(), took);
            }
        }
        assertThat(slow).isEmpty();
    }

    @Test
    void bombsTakeNoMemory(@TempDir Path directory) throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Map<String, byte[]> bombs = hostile();
        bombs.keySet().retainAll(Set.of("pixels.png", "wide.gif", "bomb.docx", "nested.zip", "entries.zip"));
        assertThat(bombs).hasSize(5);
        for (Map.Entry<String, byte[]> bomb : bombs.entrySet()) {
            Path stored = Files.write(directory.resolve(bomb.getKey()), bomb.getValue());
            // What is loaded of the program the first time is not the file's.
            Recogniser.of(stored);
            long before = threads.getCurrentThreadAllocatedBytes();
            FileType type = Recogniser.of(stored).type();
            if (Metadata.isRemovedFrom(type)) {
                Metadata.remove(stored, type);
            }
            assertThat(threads.getCurrentThreadAllocatedBytes() - before).as(bomb.getKey()).isLessThan(MIB);
        }
    }

    /** How long the answer takes: at best, since what else the machine has to do is not the file's fault. */
    private Duration answered(String name, byte[] content) {
        Duration best = Duration.ofDays(1);
        for (int attempt = 0; attempt < 4 && best.compareTo(A_SECOND) >= 0; attempt++) {
            Form form = new Form().file(name, content);
            long start = System.nanoTime();
            Answer answer = ann.post(room, form);
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            assertThat(answer.status()).as(name + ": " + answer.body()).isIn(201, 413, 415);
            best = took.compareTo(best) < 0 ? took : best;
        }
        return best;
    }

    private static Map<String, byte[]> hostile() throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("pixels.png", pixels);
        files.put("half.png", Arrays.copyOf(pixels, pixels.length / 2));
        files.put("wide.gif", wideGif());
        files.put("bomb.docx", document);
        files.put("nested.zip", nested());
        files.put("entries.zip", manyEntries());
        files.put("page.png", utf8("<!doctype html><script>alert(1)</script>"));
        files.put("drawing.png", utf8("<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>"));
        files.put("page.html", join(sample("photo.jpg"), utf8("<html><script>alert(1)</script>")));
        for (String name : new String[] { "photo.jpg", "end.mp4", "live.webm", "voice.wav", "letter.docx" }) {
            files.put("half-" + name, Arrays.copyOf(sample(name), sample(name).length / 2));
        }
        byte[] noise = new byte[2 * MIB];
        new Random(20_260_101).nextBytes(noise);
        files.put("noise.mp4", join(hex("0000001866747970" + "6d703432" + "00000000" + "6d70343269736f6d"), noise));
        files.put("noise.bin", noise);
        files.put("segments.jpg", join(hex("ffd8"), flood("ffe10002")));
        files.put("chunks.png", join(Arrays.copyOf(pixels, 33), flood("00000000" + "74455874" + "63636363")));
        files.put("comments.gif", join(utf8("GIF89a\0\0\0\0\0\0\0"), flood("21fe00")));
        files.put("boxes.mp4", join(hex("0000001066747970" + "69736f6d00000000"), flood("0000000866726565")));
        files.put("tracks.mp4", join(hex("0000001066747970" + "69736f6d00000000" + "003fff006d6f6f76"),
                flood("000000087472616b")));
        files.put("elements.webm", join(Arrays.copyOf(sample("live.webm"), 200), flood("ec80")));
        files.put("pages.ogg", join(sample("opus.ogg"), flood("4f67675300020000")));
        files.put("tags.mp3", join(hex("494433030000" + "017f7f7f"), flood("5449543200000001000078")));
        files.put("frames.mp3", flood("fffb9064"));
        files.put("records.zip", join(hex("504b0304"), flood("504b010200000000")));
        return files;
    }

    /** Megabytes of nothing else. */
    private static byte[] flood(String pattern) {
        byte[] unit = hex(pattern);
        byte[] flood = new byte[4 * MIB];
        for (int i = 0; i < flood.length; i++) {
            flood[i] = unit[i % unit.length];
        }
        return flood;
    }

    /** A gigapixel in fifteen bytes. */
    private static byte[] wideGif() {
        return utf8("GIF89a~~~~\0\0\0;");
    }

    /** 128 MiB of zeros, if somebody looks inside. */
    private static byte[] document() throws IOException {
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(archive)) {
            for (String name : new String[] { "[Content_Types].xml", "word/document.xml" }) {
                zip.putNextEntry(new ZipEntry(name));
                for (int i = 0; i < 64; i++) {
                    zip.write(new byte[MIB]);
                }
            }
        }
        return archive.toByteArray();
    }

    private static byte[] nested() throws IOException {
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(archive)) {
            for (int i = 0; i < 50; i++) {
                zip.putNextEntry(new ZipEntry(i + ".zip"));
                zip.write(document);
            }
        }
        return archive.toByteArray();
    }

    private static byte[] manyEntries() throws IOException {
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(archive)) {
            zip.setLevel(Deflater.BEST_SPEED);
            for (int i = 0; i < 65_000; i++) {
                zip.putNextEntry(new ZipEntry(Integer.toString(i)));
            }
        }
        return archive.toByteArray();
    }

    private static byte[] hex(String bytes) {
        return HexFormat.of().parseHex(bytes);
    }
}
