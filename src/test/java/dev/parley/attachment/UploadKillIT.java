package dev.parley.attachment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.databind.JsonNode;

import dev.parley.testsupport.Answer;
import dev.parley.testsupport.Form;
import dev.parley.testsupport.ParleyProcess;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.S3Server;

/**
 * The program is killed in the midst of uploads: what was acknowledged is whole, and nothing else remains.
 * {@code -Dparley.kills=20} kills it more often.
 */
class UploadKillIT {

    private static final int ROUNDS = Integer.getInteger("parley.kills", 1);
    private static final int UPLOADERS = 6;
    /** Known by its header, and kept as it came. */
    private static final byte[] PHOTO = Arrays.copyOf(FilesScene.sample("photo.bmp"), 3 * 1024 * 1024);
    private static final int PHOTOS = 2;

    @Test
    void nothingHalfIsLeftInTheDirectory() {
        try (ParleyProcess parley = settled(ParleyProcess.fresh("upload-kill"))) {
            withstand(parley, () -> PackagedParley.stored(parley));
            PackagedParley.delete(parley.data().resolve("files"));
        }
    }

    @Test
    void nothingHalfIsLeftInTheBucket() {
        try (S3Server server = PackagedParley.bucket("upload-kill-s3");
                ParleyProcess parley = PackagedParley.withBucket(settled(ParleyProcess.fresh("upload-kill-bucket")), server)) {
            withstand(parley, () -> server.keys(PackagedParley.BUCKET));
        } finally {
            PackagedParley.delete(Path.of("target", "parley", "upload-kill-s3"));
        }
    }

    private static ParleyProcess settled(ParleyProcess parley) {
        return parley.options("-Dparley.files.unbound-for=3s", "-Dparley.files.sweep-every=1s");
    }

    private static void withstand(ParleyProcess parley, Supplier<Set<String>> stored) {
        parley.start();
        Person ann = Person.register(parley.base(), "Ann");
        long room = ann.group("Photos", Person.register(parley.base(), "Ben"));
        Set<String> acknowledged = ConcurrentHashMap.newKeySet();
        for (int round = 0; round < ROUNDS; round++) {
            int before = acknowledged.size();
            List<Future<Void>> uploads = new ArrayList<>();
            try (ExecutorService uploaders = Executors.newFixedThreadPool(UPLOADERS)) {
                for (int i = 0; i < UPLOADERS; i++) {
                    uploads.add(uploaders.submit(() -> upload(ann, room, acknowledged)));
                }
                await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(1))
                        .until(() -> acknowledged.size() > before + 3 && PackagedParley.temporary(parley).size() > 1);
                parley.kill9();
            }
            assertThat(uploads).extracting(Future::exceptionNow).as("why uploads ended")
                    .hasOnlyElementsOfType(UncheckedIOException.class);
            parley.start();
            assertThat(PackagedParley.temporary(parley)).as("temporary files, swept at the start").isEmpty();
            await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
                assertThat(PackagedParley.known(parley, "'pending', 'ready', 'deleted'")).isEmpty();
                assertThat(stored.get()).isEqualTo(PackagedParley.known(parley, "'bound'"));
            });
            assertThat(fetched(ann, room)).as("whole files of messages").containsAll(acknowledged);
        }
    }

    /** Goes on until the connection breaks. */
    private static Void upload(Person ann, long room, Set<String> acknowledged) {
        while (true) {
            Form form = new Form();
            for (int i = 0; i < PHOTOS; i++) {
                form.file("photo" + i + ".bmp", PHOTO);
            }
            Answer answer = ann.post(room, form);
            if (answer.status() != 201) {
                throw new AssertionError(answer.body().toString());
            }
            acknowledged.addAll(answer.body().get("files_data").findValuesAsText("id"));
        }
    }

    /** The ids of all files that the room shows, each of which must be there in full. */
    private static Set<String> fetched(Person ann, long room) {
        Set<String> ids = new HashSet<>();
        JsonNode page = ann.get("/api/chat/rooms/" + room + "/messages?per_page=200").expect(200);
        assertThat(page.get("has_more").asBoolean()).isFalse();
        List<JsonNode> files = new ArrayList<>();
        page.get("messages").forEach(message -> message.get("files_data").forEach(files::add));
        for (JsonNode file : files) {
            assertThat(Arrays.equals(Fetch.get(file.get("file_path").asText()).body(), PHOTO)).isTrue();
            ids.add(file.get("id").asText());
        }
        return ids;
    }
}
