package dev.parley.attachment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;

import jakarta.inject.Inject;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import com.fasterxml.jackson.databind.JsonNode;

import dev.parley.attachment.jobs.FileJobs;
import dev.parley.attachment.storage.KnownObjects;
import dev.parley.testsupport.Form;
import dev.parley.testsupport.Scanner;
import dev.parley.testsupport.Tools;
import io.quarkus.arc.All;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;

/** Smaller pictures of images, videos and PDFs, made by real programs once the message is out. */
@QuarkusTest
@WithTestResource(Scanner.class)
class PreviewsTest extends PreviewsScene {

    private static final byte[] PDF = utf8("""
            %PDF-1.4
            1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj
            2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj
            3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 200 300]/Contents 4 0 R>> endobj
            4 0 obj <</Length 30>> stream
            1 0 0 rg 0 0 200 150 re f
            endstream endobj
            trailer <</Root 1 0 R>>
            %%EOF
            """);

    @Inject
    FileJobs jobs;

    @All
    @Inject
    List<KnownObjects> known;

    @TempDir
    Path directory;

    @Test
    void everyKindOfImageAndVideoAndAPdfGetsAThumbnailAPreviewAndAPlaceholder() throws IOException {
        for (String name : List.of("photo.jpg", "palette.png", "animated.gif", "alpha.webp", "photo.bmp")) {
            assertShown(previewed(name, sample(name)), 321, 123);
        }
        for (String name : List.of("end.mp4", "live.webm", "clip.avi", "untold.flv")) {
            JsonNode file = previewed(name, sample(name));
            assertShown(file, 320, 240);
            assertThat(file.get("width").asInt()).as(name).isEqualTo(320);
            assertThat(file.get("height").asInt()).as(name).isEqualTo(240);
        }
        assertShown(previewed("letter.pdf", PDF), 320, 480);
        Tools.require("convert", "apt-get install imagemagick");
        Tools.run(directory, "convert", "-size", "3000x2000", "gradient:red-blue", "large.jpg");
        JsonNode large = previewed("large.jpg", Files.readAllBytes(directory.resolve("large.jpg")));
        assertShown(large, 480, 320);
        assertThat(measured(large.get("preview_path").asText()).width()).isEqualTo(1280);
        assertThat(Fetch.get(large.get("thumbnail_path").asText()).body().length).isLessThan(40_000);
    }

    @Test
    void whatStandsInForADarkDrawingOnNothingIsLight() throws IOException {
        Tools.require("convert", "apt-get install imagemagick");
        Tools.run(directory, "convert", "-size", "300x200", "xc:none", "-fill", "black", "-draw", "rectangle 140,0 160,200",
                "drawing.png");
        JsonNode drawing = previewed("drawing.png", Files.readAllBytes(directory.resolve("drawing.png")));
        // Its first six bits are the average brightness.
        assertThat(Base64.getDecoder().decode(drawing.get("placeholder").asText())[0] & 63).isGreaterThan(50);
    }

    @Test
    void theOtherDoorsTellOfItTooAndWhoWasAwayHearsOfIt() {
        JsonNode file = previewed("photo.png", sample("photo.png"));
        JsonNode message = ann.get("/api/chat/rooms/" + room + "/messages").expect(200).at("/messages/0");
        JsonNode media = ann.get("/api/v1/media/message/" + message.get("id").asText()).expect(200).get(0);
        assertThat(Fetch.get(media.get("thumbnail_url").asText()).header("content-type")).isEqualTo("image/webp");
        JsonNode changes = ben.get("/api/chat/rooms/" + room + "/changes?since=1").expect(200).get("changes");
        assertThat(changes.get(changes.size() - 1).at("/data/files_data/0/placeholder").asText())
                .isEqualTo(file.get("placeholder").asText());
        JsonNode upload = ann.send("POST", "/api/upload", new Form().file("photo.gif", sample("photo.gif")).body(), Form.TYPE)
                .expect(201).at("/files/0");
        Awaitility.await().until(() -> ann.get("/api/files/" + upload.get("id").asText() + "/preview").status() == 200);
        JsonNode later = ann.post("/api/chat/rooms/" + room + "/messages",
                Map.of("attachment_ids", List.of(upload.get("id").asText()))).expect(201);
        assertThat(later.at("/files_data/0/thumbnail_path").isTextual()).isTrue();
    }

    @Test
    void whatNoProgramCanReadIsGivenUpAfterThreeTriesAndServedAllTheSame() {
        byte[] broken = Arrays.copyOf(sample("lossless.webp"), sample("lossless.webp").length / 2);
        JsonNode file = posted(new Form().file("broken.webp", broken)).at("/files_data/0");
        String ofIt = " from file_jobs where attachment_id = '" + file.get("id").asText() + "' and tries >= ?";
        Set<Long> tries = new HashSet<>();
        Awaitility.await().until(() -> {
            jobs.wake();
            tries.add(count("select coalesce(max(tries), -1)" + ofIt, 1));
            return tries.contains(2L) && count("select count(*)" + ofIt, 0) == 0;
        });
        JsonNode now = ann.get("/api/chat/rooms/" + room + "/messages").expect(200).at("/messages/0/files_data/0");
        assertThat(now.get("thumbnail_path").isNull()).isTrue();
        assertThat(Fetch.get(now.get("file_path").asText()).body()).isEqualTo(broken);
        assertThat(ann.get("/api/files/" + now.get("id").asText() + "/preview").status()).isEqualTo(404);
    }

    @Test
    void nothingIsTriedOnAPictureOfNineHundredMegapixels() {
        byte[] png = png(30_000, 30_000);
        assertThat(png.length).isLessThan(500_000);
        JsonNode bomb = posted(new Form().file("bomb.png", png)).at("/files_data/0");
        previewed("photo.jpg", sample("photo.jpg"));
        // Asked for before the photo's, but another lane may have had that one sooner.
        Awaitility.await().until(() -> count(
                "select count(*) from file_jobs where attachment_id = '" + bomb.get("id").asText() + "' and 0 < ?", 1) == 0);
        assertThat(ann.get("/api/files/" + bomb.get("id").asText() + "/preview").status()).isEqualTo(404);
        assertThat(ann.get("/api/files/" + bomb.get("id").asText()).status()).isEqualTo(200);
    }

    @Test
    void aFileWhoseScanEndedWithACrashGetsItsPreviewsAllTheSame() {
        String id = previewed("photo.jpg", sample("photo.jpg")).get("id").asText();
        change("update media_attachments set previewed = false where id = '" + id + "'");
        change("insert into file_jobs (attachment_id, job) values ('" + id + "', 'scan')");
        Awaitility.await().until(() -> {
            jobs.wake();
            return count("select count(*) from media_attachments where id = '" + id + "' and previewed and 0 < ?", 1) == 1;
        });
    }

    @Test
    void previewsGoWithTheirFile() {
        Set<String> before = stored();
        JsonNode file = previewed("photo.jpg", sample("photo.jpg"));
        Set<String> objects = stored();
        assertThat(objects).hasSize(before.size() + 3);
        objects.removeAll(before);
        // Or they would be taken for what nobody needs.
        assertThat(known.stream().flatMap(some -> some.known(objects).stream())).containsAll(objects);
        long message = ann.get("/api/chat/rooms/" + room + "/messages").expect(200).at("/messages/0/id").asLong();
        ann.delete("/api/chat/messages/" + message).expect(200);
        assertThat(Fetch.get(file.get("thumbnail_path").asText()).status()).isEqualTo(404);
        sweptUntil(() -> assertThat(before).containsAll(stored()));
        // One that goes while its previews are on their way takes them along.
        long second = posted(new Form().file("photo.png", sample("photo.png"))).get("id").asLong();
        ann.delete("/api/chat/messages/" + second).expect(200);
        sweptUntil(() -> {
            assertThat(before).containsAll(stored());
            assertThat(count("select count(*) from file_jobs where tries >= ?", 0)).isZero();
        });
        assertThat(data.previews()).isEmptyDirectory();
    }

    private void assertShown(JsonNode file, int width, int height) throws IOException {
        Recognised small = measured(file.get("thumbnail_path").asText());
        assertThat(small.type()).isEqualTo(FileType.WEBP);
        assertThat(small.width()).as(file.get("file_name").asText()).isEqualTo(width);
        assertThat(small.height()).as(file.get("file_name").asText()).isEqualTo(height);
        assertThat(file.get("placeholder").asText()).matches("[A-Za-z0-9+/=]{24,40}");
    }

    /** Black and white. */
    private static byte[] png(int width, int height) {
        ByteArrayOutputStream pixels = new ByteArrayOutputStream();
        byte[] row = new byte[1 + (width + 7) / 8];
        try (DeflaterOutputStream packed = new DeflaterOutputStream(pixels)) {
            for (int y = 0; y < height; y++) {
                packed.write(row);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        png.writeBytes(new byte[] { (byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10 });
        chunk(png, "IHDR", ByteBuffer.allocate(13).putInt(width).putInt(height).put((byte) 1).array());
        chunk(png, "IDAT", pixels.toByteArray());
        chunk(png, "IEND", new byte[0]);
        return png.toByteArray();
    }

    private static void chunk(ByteArrayOutputStream png, String type, byte[] content) {
        byte[] name = utf8(type);
        CRC32 sum = new CRC32();
        sum.update(name);
        sum.update(content);
        png.writeBytes(ByteBuffer.allocate(12 + content.length).putInt(content.length).put(name).put(content)
                .putInt((int) sum.getValue()).array());
    }

    private Recognised measured(String url) throws IOException {
        return Recogniser.of(Files.write(directory.resolve("measured"), Fetch.get(url).body()));
    }
}
