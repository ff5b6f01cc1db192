package dev.parley.attachment;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.databind.JsonNode;

import dev.parley.testsupport.Clamav;
import dev.parley.testsupport.Form;
import dev.parley.testsupport.Scanner;
import dev.parley.testsupport.Socket;
import dev.parley.testsupport.Tools;

/** What holds of previews on every store. */
abstract class PreviewsScene extends FilesScene {

    private static Clamav clamav;

    @BeforeAll
    static void start() {
        Tools.require("vipsthumbnail", "apt-get install libvips-tools");
        Tools.require("pdftoppm", "apt-get install poppler-utils");
        Tools.require("ffmpeg", "apt-get install ffmpeg");
        clamav = Clamav.start(Scanner.DIRECTORY);
    }

    @AfterAll
    static void stop() {
        if (clamav != null) {
            clamav.close();
        }
    }

    @Test
    void aPreviewHasTheRightsAndHeadersOfItsFile() {
        JsonNode file = previewed("photo.jpg", sample("photo.jpg"));
        String bare = base + "api/files/" + file.get("id").asText() + "/preview";
        for (String size : new String[] { "", "?size=small", "?size=large" }) {
            Fetch answer = Fetch.get(bare + size, "Authorization", "Bearer " + cleo.token);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("content-type")).isEqualTo("image/webp");
            assertThat(answer.header("x-content-type-options")).isEqualTo("nosniff");
            assertThat(answer.header("content-security-policy")).startsWith("sandbox; default-src 'none'");
            assertThat(answer.header("cache-control")).isEqualTo("private, no-cache");
            assertThat(answer.header("content-disposition")).startsWith("inline; filename=\"preview.webp\"");
            Fetch again = Fetch.get(bare + size, "Authorization", "Bearer " + cleo.token, "If-None-Match",
                    answer.header("etag"));
            assertThat(again.status()).isEqualTo(304);
            Fetch head = Fetch.of("HEAD", bare + size, "Authorization", "Bearer " + cleo.token);
            assertThat(head.header("content-length")).isEqualTo(Integer.toString(answer.body().length));
            assertThat(head.header("etag")).isEqualTo(answer.header("etag"));
            assertThat(Fetch.get(bare + size, "Authorization", "Bearer " + ann.token, "Range", "bytes=0-3").body())
                    .isEqualTo("RIFF".getBytes(StandardCharsets.US_ASCII));
            assertThat(Fetch.get(bare + size).status()).isEqualTo(401);
            assertThat(Fetch.get(bare + size, "Authorization", "Bearer " + stranger.token).status()).isEqualTo(404);
        }
        assertThat(Fetch.get(bare + "?size=huge", "Authorization", "Bearer " + ann.token).status()).isEqualTo(400);
        String signed = file.get("thumbnail_path").asText();
        assertThat(Fetch.get(signed).status()).isEqualTo(200);
        assertThat(Fetch.get(signed.replace("user=" + ben.id, "user=" + cleo.id)).status()).isEqualTo(403);
        assertThat(Fetch.get(signed + "A").status()).isEqualTo(403);
        assertThat(Fetch.get(file.get("preview_path").asText()).status()).isEqualTo(200);

        ann.delete("/api/chat/rooms/" + room + "/members/" + ben.id).expect(204);
        assertThat(Fetch.get(signed).status()).isEqualTo(404);
        assertThat(Fetch.get(signed, "If-None-Match", "*").status()).isEqualTo(404);
    }

    /** Posts a file and waits for what another member's socket hears of its previews. */
    JsonNode previewed(String name, byte[] bytes) {
        try (Socket bens = ben.socket()) {
            posted(new Form().file(name, bytes));
            return bens.await(frame -> frame.at("/data/files_data/0/thumbnail_path").isTextual(), Duration.ofSeconds(40))
                    .at("/data/files_data/0");
        }
    }
}
