package dev.parley.attachment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.databind.JsonNode;

import dev.parley.testsupport.Answer;
import dev.parley.testsupport.Form;
import dev.parley.testsupport.ParleyProcess;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.S3Server;
import dev.parley.testsupport.SampleFiles;
import dev.parley.testsupport.Socket;

/** While the S3 server is away people go on talking; files are refused soon and plainly, and work again after. */
class StoreOutageIT {

    private static final Duration SOON = Duration.ofSeconds(8);

    @Test
    void onlyFilesAreRefusedWhileTheStoreIsAway() {
        try (S3Server server = PackagedParley.bucket("outage-s3");
                ParleyProcess parley = PackagedParley.withBucket(ParleyProcess.fresh("outage"), server)
                        .with("PARLEY_ADMIN_CODE", "open sesame").options("-Dparley.files.sweep-every=1s").start()) {
            Person admin = Person.admin(parley.base());
            Person ann = Person.register(parley.base(), "Ann");
            Person ben = Person.register(parley.base(), "Ben");
            long room = ann.group("Outage", ben);
            JsonNode before = ann.post(room, photo()).expect(201);
            Set<String> stored = server.keys(PackagedParley.BUCKET);
            assertThat(stored).hasSize(1);
            try (Socket reader = ben.socket(room); Socket sender = ann.socket(room)) {
                server.kill();

                // Taken out for it, no instance would be left for what works.
                await().until(() -> ann.get("/q/health/ready").expect(200).toString().contains("\"store\":\"away\""));
                assertThat(admin.get("/api/admin/doctor").expect(200).get("checks").toString())
                        .contains("Bucket " + PackagedParley.BUCKET + " at " + server.endpoint()
                                + " does not answer (Connection refused)", "quarkus.s3.endpoint-override");
                admin.post("/api/admin/storage/reconcile", Map.of()).expect(200);
                assertThat(ann.get("/q/health/live").status()).isEqualTo(200);
                for (Form form : List.of(photo(), large())) {
                    long start = System.nanoTime();
                    Answer answer = ann.post(room, form);
                    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
                    assertThat(answer.expect(503).get("code").asText()).isEqualTo("store_unavailable");
                }
                sender.send("send_message", Map.of("room_id", room, "local_temp_id", "f", "files_data", List.of(
                        Map.of("file_data", Base64.getEncoder().encodeToString(FilesScene.sample("photo.png"))))));
                JsonNode error = sender.await("error");
                assertThat(error.get("code").asText()).isEqualTo("store_unavailable");
                assertThat(error.get("local_temp_id").asText()).isEqualTo("f");
                assertThat(Fetch.get(before.at("/files_data/0/file_path").asText()).status()).isEqualTo(503);
                ann.post(room, "by request");
                assertThat(reader.await("new_message").at("/data/content").asText()).isEqualTo("by request");
                sender.send("send_message", Map.of("room_id", room, "content", "by socket"));
                assertThat(reader.await("new_message").at("/data/seq").asInt()).isEqualTo(3);
                assertThat(PackagedParley.temporary(parley)).isEmpty();
                assertThat(PackagedParley.known(parley, "'pending', 'ready'")).isEmpty();

                server.restart();

                await().atMost(Duration.ofSeconds(10)).until(
                        () -> ann.get("/q/health/ready").expect(200).toString().contains("\"store\":\"there\""));
                assertThat(Fetch.get(before.at("/files_data/0/file_path").asText()).body())
                        .isEqualTo(FilesScene.sample("photo.jpg"));
                await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
                    assertThat(PackagedParley.known(parley, "'deleted'")).isEmpty();
                    assertThat(server.keys(PackagedParley.BUCKET)).isEqualTo(stored);
                });
                assertThat(ann.post(room, photo()).expect(201).get("seq").asInt()).isEqualTo(4);
                assertThat(reader.await("new_message").at("/data/has_media").asBoolean()).isTrue();
            }
            assertThat(parley.log()).content().containsOnlyOnce("does not answer").containsOnlyOnce("answers again")
                    .contains("ended early").doesNotContain("could not be removed", "Refusal");
        }
    }

    /** So long a drain that the program could not be seen to end. */
    @Test
    void aDownloadThatTheBucketCutOffIsNotWaitedForWhenTheServiceStops() throws IOException {
        try (S3Server server = PackagedParley.bucket("cut-s3");
                ParleyProcess parley = PackagedParley.withBucket(ParleyProcess.fresh("cut"), server)
                        .with("PARLEY_DRAIN", "10m").start()) {
            Person ann = Person.register(parley.base(), "Ann");
            URI file = URI.create(ann.post(ann.group("Cut"), large()).expect(201).at("/files_data/0/file_path").asText());
            try (InputStream body = file.toURL().openStream()) {
                assertThat(body.readNBytes(1_000)).hasSize(1_000);
                server.kill();
                assertThatThrownBy(body::readAllBytes).isInstanceOf(IOException.class);
            }
            assertThat(parley.log()).content().contains("The store broke off");
            assertThat(parley.stop()).isZero();
        }
    }

    private static Form photo() {
        return new Form().file(SampleFiles.get("photo.jpg"));
    }

    /** Goes up in parts. */
    private static Form large() {
        return new Form().file("large.zip", Arrays.copyOf(new byte[] { 'P', 'K', 5, 6 }, 30 << 20));
    }
}
