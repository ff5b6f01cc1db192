package dev.parley.attachment;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.databind.JsonNode;

import dev.parley.testsupport.Answer;
import dev.parley.testsupport.Form;
import dev.parley.testsupport.SampleFiles;
import io.quarkus.test.junit.QuarkusTest;

/** Pictures of people. */
@QuarkusTest
class AvatarTest extends FilesScene {

    private static final String PATH = "/api/auth/me/avatar";

    @Test
    void aPictureIsPutAsItIsOrAsAFormAndReplacesTheOneBefore() {
        String first = put("image/jpeg", sample("photo.jpg")).expect(200).get("avatar_url").asText();
        assertThat(first).matches("/api/avatars/[0-9a-f-]{36}");
        Fetch picture = fetch(first);
        assertThat(picture.body()).isEqualTo(sample("photo.jpg"));
        assertThat(picture.header("content-type")).isEqualTo("image/jpeg");
        assertThat(picture.header("x-content-type-options")).isEqualTo("nosniff");
        assertThat(fetch(first, "If-None-Match", picture.header("etag")).status()).isEqualTo(304);

        String second = ann.send("PUT", PATH, new Form().file(SampleFiles.get("photo.png")).body(), Form.TYPE).expect(200)
                .get("avatar_url").asText();
        assertThat(second).isNotEqualTo(first);
        assertThat(fetch(second).body()).isEqualTo(sample("photo.png"));
        JsonNode members = ben.get("/api/chat/rooms/" + room).expect(200).get("members");
        assertThat(members.findValuesAsText("avatar_url")).contains(second);
        // As a form does that changes the name and sends back what it was shown.
        assertThat(
                ann.patch("/api/auth/me", Map.of("name", "Anna", "avatar_url", second)).expect(200).get("avatar_url").asText())
                .isEqualTo(second);
        int objects = stored().size();
        sweptUntil(() -> assertThat(fetch(first).status()).isEqualTo(404));
        assertThat(stored().size()).isLessThanOrEqualTo(objects);
        assertThat(fetch(second).status()).isEqualTo(200);

        ann.patch("/api/auth/me", Collections.singletonMap("avatar_url", null)).expect(200);
        assertThat(ann.get("/api/auth/me").expect(200).get("avatar_url").isNull()).isTrue();
        assertNothingLeft();
        assertThat(fetch(second).status()).isEqualTo(404);
    }

    @Test
    void aPictureThatWasReplacedOrTakenAwayIsNobodysAtOnce() {
        String first = put("image/png", sample("photo.png")).expect(200).get("avatar_url").asText();
        String second = put("image/jpeg", sample("photo.jpg")).expect(200).get("avatar_url").asText();
        assertThat(fetch(first).status()).isEqualTo(404);
        assertThat(fetch(second).status()).isEqualTo(200);
        ann.patch("/api/auth/me", Collections.singletonMap("avatar_url", null)).expect(200);
        assertThat(fetch(second).status()).isEqualTo(404);
    }

    @Test
    void whatIsNoPictureIsRefusedAndTheOneBeforeStays() {
        String before = put("image/gif", sample("photo.gif")).expect(200).get("avatar_url").asText();

        for (byte[] wrong : List.of(utf8("%PDF-1.7\n"), sample("voice.wav"), utf8("plain text"))) {
            assertRefused(put("image/png", wrong), 415, "type_not_allowed",
                    "File type not allowed. Allowed types: image/jpeg, image/png, image/gif, image/webp, image/bmp");
        }
        assertRefused(put("image/svg+xml", utf8("<svg xmlns=\"http://www.w3.org/2000/svg\"/>")), 415, "type_not_allowed",
                "File type not allowed");
        assertRefused(put("image/png", new byte[0]), 400, "empty_file", "The file is empty");
        assertThat(put("text/plain", sample("photo.png")).status()).isEqualTo(415);
        assertRefused(put("image/jpeg", Arrays.copyOf(sample("photo.jpg"), 10 * 1024 * 1024 + 1)), 413,
                "file_too_large", "File too large. Maximum size: 10.0MB");
        Form two = new Form().file(SampleFiles.get("photo.png")).file(SampleFiles.get("photo.jpg"));
        assertThat(ann.send("PUT", PATH, two.body(), Form.TYPE).status()).isEqualTo(400);
        Form none = new Form().field("file", "no file");
        assertThat(ann.send("PUT", PATH, none.body(), Form.TYPE).status()).isEqualTo(400);

        assertThat(ann.get("/api/auth/me").expect(200).get("avatar_url").asText()).isEqualTo(before);
        assertThat(fetch(before).status()).isEqualTo(200);
        ann.patch("/api/auth/me", Collections.singletonMap("avatar_url", null)).expect(200);
        assertNothingLeft();
    }

    @Test
    void aPictureIsNobodysFileAndAFileIsNobodysPicture() {
        String url = put("image/png", sample("photo.png")).expect(200).get("avatar_url").asText();
        String id = url.substring(url.lastIndexOf('/') + 1);

        assertThat(ann.post("/api/chat/rooms/" + room + "/messages", Map.of("attachment_ids", List.of(id))).status())
                .isEqualTo(404);
        assertThat(ben.post("/api/chat/rooms/" + room + "/messages", Map.of("attachment_ids", List.of(id))).status())
                .isEqualTo(404);
        assertThat(ann.get("/api/files/" + id).status()).isEqualTo(404);
        String file = posted(new Form().file(SampleFiles.get("photo.jpg"))).at("/files_data/0/id").asText();
        assertThat(Fetch.get(base + "api/avatars/" + file).status()).isEqualTo(404);
        assertThat(Fetch.get(base + "api/avatars/nonsense").status()).isEqualTo(404);
        assertThat(fetch(url).status()).isEqualTo(200);
    }

    private Fetch fetch(String path, String... headers) {
        return Fetch.get(base.resolve(path).toString(), headers);
    }

    private Answer put(String type, byte[] bytes) {
        return ann.send("PUT", PATH, BodyPublishers.ofByteArray(bytes), type);
    }
}
