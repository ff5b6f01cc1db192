package dev.parley.attachment.privacy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.parley.attachment.FileType;
import dev.parley.attachment.Recognised;
import dev.parley.attachment.Recogniser;
import dev.parley.testsupport.SampleFiles;
import dev.parley.testsupport.Tools;

/** Real files that tell of their makers, and what exiftool still finds in them afterwards. */
class MetadataTest {

    /** What describes pixels and sound. */
    private static final Set<String> HARMLESS = Set.of("SourceFile", "System", "File", "JFIF", "ICC-header", "ICC_Profile",
            "PNG", "PNG-pHYs", "RIFF", "GIF", "QuickTime", "MPEG", "Composite", "Track1", "Track2", "ExifTool");
    private static final Set<String> HARMLESS_TAGS = Set.of("IFD0:Orientation", "ID3v2_4:Title", "ID3v2_4:Artist");

    @TempDir
    static Path telling;

    @TempDir
    static Path silent;

    private static Map<String, JsonNode> before;
    private static Map<String, JsonNode> after;

    @BeforeAll
    static void removeAll() throws IOException {
        TellingFiles.make(telling);
        for (String name : TellingFiles.names()) {
            Path file = Files.copy(telling.resolve(name), silent.resolve(name));
            Recognised what = Recogniser.of(file);
            assertThat(Metadata.remove(file, what.type())).as(name).isTrue();
            assertThat(Recogniser.of(file)).as(name).isEqualTo(what);
        }
        before = exiftool(telling);
        after = exiftool(silent);
    }

    static List<String> names() {
        return TellingFiles.names();
    }

    @ParameterizedTest
    @MethodSource("names")
    void nothingThatGivesItsMakerAwayIsLeft(String name) throws IOException {
        assertThat(before.get(name).toString()).contains(TellingFiles.MARK);
        assertThat(after.get(name).toString()).doesNotContain(TellingFiles.MARK, TellingFiles.PLACE, "2020:01:02");
        after.get(name).fieldNames().forEachRemaining(tag -> assertThat(HARMLESS.contains(tag.replaceFirst(":.*", ""))
                || HARMLESS_TAGS.contains(tag)).as(name + " " + tag).isTrue());
        assertThat(after.get(name).has("ExifTool:Warning")).as(after.get(name).toString()).isFalse();
        byte[] left = Files.readAllBytes(silent.resolve(name));
        for (String mark : new String[] { TellingFiles.MARK, TellingFiles.PLACE, "http://ns.adobe", "8BIM" }) {
            assertThat(TellingFiles.find(left, mark)).as(mark).isNegative();
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void doingItAgainChangesNothing(String name) throws IOException {
        byte[] once = Files.readAllBytes(silent.resolve(name));
        assertThat(Metadata.remove(silent.resolve(name), Recogniser.of(silent.resolve(name)).type())).isFalse();
        assertThat(silent.resolve(name)).hasBinaryContent(once);
    }

    @Test
    void picturesKeepTheirPixels() {
        assertThat(pixels(silent)).hasSameSizeAs(TellingFiles.PICTURES).isEqualTo(pixels(telling));
    }

    @Test
    void filmsAndSoundKeepEveryPacketAndTheirRotation() {
        for (String name : Stream.concat(TellingFiles.MOVIES.stream(), TellingFiles.SOUNDS.stream()).toList()) {
            assertThat(packets(silent.resolve(name))).as(name).isNotEmpty().isEqualTo(packets(telling.resolve(name)));
        }
        for (String name : TellingFiles.MOVIES.subList(0, 4)) {
            assertThat(after.get(name).get("Composite:Rotation")).as(name).isNotNull()
                    .isEqualTo(before.get(name).get("Composite:Rotation"));
        }
        assertThat(after.get("end.mp4").get("Composite:Rotation").asInt()).isNotZero();
        assertThat(after.get("vbr.mp3").get("ID3v2_4:Title").asText()).isEqualTo("Hello");
        assertThat(after.get("vbr.mp3").get("ID3v2_4:Artist").asText()).isEqualTo("Ann");
    }

    @Test
    void orientationAndColourProfileStay() {
        for (String name : TellingFiles.PICTURES.subList(0, 6)) {
            assertThat(after.get(name).get("IFD0:Orientation").asText()).as(name).isEqualTo("Rotate 90 CW");
            assertThat(after.get(name).get("ICC_Profile:ProfileCopyright").asText()).as(name).isEqualTo("Colours");
        }
        assertThat(after.get("animated.gif").get("GIF:FrameCount").asInt()).isEqualTo(2);
    }

    /** An upright picture needs no Exif at all. */
    @ParameterizedTest
    @ValueSource(ints = { 0, 100_000, 1 << 30, -33 })
    void aTagThatClaimsTheSoundItselfDoesNotTakeIt(int claimed, @TempDir Path dir) throws IOException {
        byte[] sound = Files.readAllBytes(SampleFiles.get("cbr.mp3"));
        Path plain = Files.write(dir.resolve("plain.mp3"), sound);
        Metadata.remove(plain, FileType.MP3);
        byte[] tag = TellingFiles.ape(claimed, 0);
        Path file = Files.write(dir.resolve("claimed.mp3"), ByteBuffer.allocate(sound.length + tag.length).put(sound).put(tag)
                .array());
        assertThat(sound.length).as("less than a claim").isLessThan(100_000);

        assertThat(Metadata.remove(file, FileType.MP3)).isTrue();
        assertThat(file).hasSameBinaryContentAs(plain);
        assertThat(Recogniser.of(file).type()).isEqualTo(FileType.MP3);
        assertThat(Metadata.remove(file, FileType.MP3)).isFalse();
    }

    @Test
    void anUprightPhotoLosesAllOfItsExif() throws IOException {
        Path photo = Files.copy(SampleFiles.get("photo.jpg"), silent.resolve("upright.jpg"));
        Tools.run(silent, "exiftool", "-q", "-overwrite_original", "-n", "-Orientation=1", "-Make=SecretCamera", "upright.jpg");
        assertThat(Metadata.remove(photo, FileType.JPEG)).isTrue();
        assertThat(photo).hasSameBinaryContentAs(SampleFiles.get("photo.jpg"));
        Files.delete(photo);
    }

    /** Half an upload is sent all the same; what it had told until there goes, whichever byte was the last. */
    @ParameterizedTest
    @MethodSource("names")
    void whereverItBreaksOffNothingIsLeftEither(String name) throws IOException {
        byte[] whole = Files.readAllBytes(telling.resolve(name));
        Path cut = silent.resolve("cut");
        int step = Math.max(1, whole.length / 150);
        for (int length = 1; length < whole.length; length += step) {
            Files.write(cut, Arrays.copyOf(whole, length));
            Recognised what = Recogniser.of(cut);
            if (what.type() != FileType.UNKNOWN && what.type() != FileType.TXT) {
                Metadata.remove(cut, what.type());
                byte[] left = Files.readAllBytes(cut);
                assertThat(TellingFiles.find(left, TellingFiles.MARK)).as(name + " cut at " + length).isNegative();
                assertThat(Metadata.remove(cut, what.type())).as(name + " cut at " + length).isFalse();
                Recognised still = Recogniser.of(cut);
                assertThat(still.type()).as(name + " cut at " + length).isEqualTo(what.type());
                assertThat(still.width()).isEqualTo(what.width());
            }
        }
        Files.delete(cut);
    }

    /** One process for all files: most of its time is its start. */
    private static Map<String, JsonNode> exiftool(Path dir) throws IOException {
        String[] command = { "exiftool", "-j", "-a", "-G1", "-ee", "-u" };
        Map<String, JsonNode> found = new HashMap<>();
        for (JsonNode file : new ObjectMapper().readTree(Tools.run(dir, with(command, TellingFiles.names())))) {
            found.put(file.get("SourceFile").asText(), file);
        }
        return found;
    }

    /** By name: a hash of what is seen, decoded and not turned. */
    private static Map<String, String> pixels(Path dir) {
        Tools.require("identify", "apt-get install imagemagick");
        String[] command = { "identify", "-quiet", "-format", "%f %#\n" };
        Map<String, String> found = new TreeMap<>();
        Tools.run(dir, with(command, TellingFiles.PICTURES)).lines().map(line -> line.split(" "))
                .forEach(line -> found.merge(line[0], line[1], String::concat));
        return found;
    }

    private static String packets(Path file) {
        return Tools.run(file.getParent(), "ffmpeg", "-v", "quiet", "-i", file.toString(), "-map", "0:V?", "-map",
                "0:a?", "-c", "copy", "-f", "streamhash", "-");
    }

    private static String[] with(String[] command, List<String> files) {
        return Stream.concat(Arrays.stream(command), files.stream()).toArray(String[]::new);
    }
}
