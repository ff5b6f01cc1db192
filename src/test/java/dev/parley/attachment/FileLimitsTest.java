package dev.parley.attachment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.SequenceInputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.PGConnection;

import com.fasterxml.jackson.databind.JsonNode;

import dev.parley.testsupport.Answer;
import dev.parley.testsupport.Form;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.Socket;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;

/** The limit of each kind, one byte below, at it and above; small ones, so that the files are small. */
@QuarkusTest
@TestProfile(FileLimitsTest.SmallLimits.class)
class FileLimitsTest extends FilesScene {

    private static final Map<Kind, Integer> LIMITS = Map.of(Kind.IMAGE, 314_573, Kind.VOICE, 419_430, Kind.VIDEO, 1_048_576,
            Kind.FILE, 104_858);

    public static class SmallLimits implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("parley.files.image", LIMITS.get(Kind.IMAGE).toString(),
                    "parley.files.voice", LIMITS.get(Kind.VOICE).toString(),
                    "parley.files.video", LIMITS.get(Kind.VIDEO).toString(),
                    "parley.files.file", LIMITS.get(Kind.FILE).toString(), "parley.files.quota", "4M");
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aFileMayBeAsLargeAsItsKindAllowsAndNoByteLarger(Kind kind) {
        int limit = LIMITS.get(kind);
        for (int size : new int[] { limit - 1, limit }) {
            JsonNode message = posted(new Form().file("x.bin", file(kind, size)));
            assertThat(message.get("message_type").asText()).isEqualTo(kind.id());
            assertThat(message.at("/files_data/0/file_size").asInt()).isEqualTo(size);
            ann.delete("/api/chat/messages/" + message.get("id").asLong()).expect(200);
        }
        room = ann.group("Too large", ben);
        String sentence = "File too large. Maximum size: " + switch (kind) {
            case IMAGE -> "0.3MB";
            case VOICE -> "0.4MB";
            case VIDEO -> "1.0MB";
            case FILE -> "0.1MB";
        };
        for (int size : new int[] { limit + 1, limit + 5_000_000 }) {
            for (String claimed : new String[] { "x.jpg", "x.mp4", "x.pdf" }) {
                assertRefused(ann.post(room, new Form().file(claimed, file(kind, size))), 413, "file_too_large",
                        size > LIMITS.get(Kind.VIDEO) ? "File too large. Maximum size: " : sentence);
            }
        }
        assertNothingLeft();
    }

    @Test
    void theLimitHoldsForBodiesOfUnknownLengthToo() {
        byte[] image = file(Kind.IMAGE, 3_000_000);
        byte[] head = utf8("--X\r\nContent-Disposition: form-data; name=\"files\"; filename=\"a.png\"\r\n\r\n");
        Answer answer = ann.send("POST", "/api/chat/rooms/" + room + "/messages",
                java.net.http.HttpRequest.BodyPublishers.ofInputStream(() -> new SequenceInputStream(
                        new ByteArrayInputStream(head), new ByteArrayInputStream(image))),
                "multipart/form-data; boundary=X");

        assertRefused(answer, 413, "file_too_large", "File too large. Maximum size: 0.3MB");
        assertNothingLeft();
    }

    @Test
    void whoseFilesTakeAllTheyMayReadsHowMuchThatIsAndDeletesSome() throws Exception {
        Person dora = Person.register(base, "Dora");
        room = dora.group("Full");
        List<JsonNode> taken = new ArrayList<>();
        for (int number = 0; number < 3; number++) {
            taken.add(dora.post(room, video()).expect(201));
        }
        String sentence = "No room for a file of 1.0MB: your files take 4.0MB of the 4.0MB that they may.";

        // Two at once find room for one, whoever is the first of them to look.
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                Connection first = database.getConnection();
                Statement statement = first.createStatement()) {
            first.setAutoCommit(false);
            statement.execute("select pg_advisory_xact_lock(hashtext('parley quota'), hashtext('" + dora.id + "'))");
            List<Future<Integer>> answers = new ArrayList<>();
            for (int number = 0; number < 2; number++) {
                answers.add(threads.submit(() -> dora.send("POST", "/api/upload", video().body(), Form.TYPE).status()));
            }
            int holder = first.unwrap(PGConnection.class).getBackendPID();
            await().until(() -> count("select count(*) from pg_stat_activity where ?::integer = any(pg_blocking_pids(pid))",
                    holder) == 2);
            first.rollback();
            first.setAutoCommit(true);
            assertThat(List.of(answers.getFirst().get(), answers.getLast().get())).containsExactlyInAnyOrder(201, 413);
        }
        assertRefused(dora.post(room, video()), 413, "quota_exceeded", sentence);
        try (Socket socket = dora.socket(room)) {
            socket.send("send_message", Map.of("room_id", room, "local_temp_id", "f", "files_data", List.of(Map.of("file_data",
                    Base64.getEncoder().encodeToString(file(Kind.VIDEO, LIMITS.get(Kind.VIDEO)))))));
            JsonNode error = socket.await("error");
            assertThat(error.get("code").asText()).isEqualTo("quota_exceeded");
            assertThat(error.get("message").asText()).startsWith(sentence);
        }
        ann.post(ann.group("Not full"), video()).expect(201);

        dora.delete("/api/chat/messages/" + taken.getFirst().get("id").asLong()).expect(200);

        dora.post(room, video()).expect(201);
    }

    @Test
    void whatIsArrivingTakesRoomToo() {
        Person emil = Person.register(base, "Emil");
        byte[] video = file(Kind.VIDEO, LIMITS.get(Kind.VIDEO));
        Map<String, String> whole = Map.of("Tus-Resumable", "1.0.0", "Upload-Length", "" + video.length);
        List<String> uploads = new ArrayList<>();
        for (int number = 0; number < 4; number++) {
            uploads.add(location(emil.call("POST", "/api/uploads", null, whole)));
        }
        assertRefused(emil.call("POST", "/api/uploads", null, whole), 413, "quota_exceeded",
                "No room for a file of 1.0MB: your files take 4.0MB of the 4.0MB that they may.");
        // It takes its own room only once.
        patch(emil, uploads.getFirst(), video).expect(204);
        assertRefused(emil.post(emil.group("Full"), video()), 413, "quota_exceeded", "No room for a file of 1.0MB");
        // One that did not say how long it would be is asked when its bytes come.
        String open = location(emil.call("POST", "/api/uploads", null,
                Map.of("Tus-Resumable", "1.0.0", "Upload-Defer-Length", "1")));
        assertRefused(patch(emil, open, video), 413, "quota_exceeded", "No room for a file of 1.0MB");
        emil.call("DELETE", uploads.getLast(), null, Map.of("Tus-Resumable", "1.0.0")).expect(204);
        patch(emil, open, video, "Upload-Length", "" + video.length).expect(204);
    }

    private static String location(Answer created) {
        created.expect(201);
        return URI.create(created.headers().firstValue("location").orElseThrow()).getPath();
    }

    private static Answer patch(Person person, String upload, byte[] bytes, String... headers) {
        List<String> all = new ArrayList<>(List.of("Tus-Resumable", "1.0.0", "Upload-Offset", "0"));
        all.addAll(List.of(headers));
        return person.send("PATCH", upload, java.net.http.HttpRequest.BodyPublishers.ofByteArray(bytes),
                "application/offset+octet-stream", all.toArray(String[]::new));
    }

    private static Form video() {
        return new Form().file("clip.mp4", file(Kind.VIDEO, LIMITS.get(Kind.VIDEO)));
    }

    @Test
    void clientsAreToldTheLimits() {
        JsonNode config = ann.get("/api/chat/config").expect(200);

        assertThat(config.toString()).contains("314573", "419430", "1048576", "104858");
    }

    /** A file of a kind and of exactly this size. */
    private static byte[] file(Kind kind, int size) {
        return switch (kind) {
            // Nothing is taken out of these, so that they keep their size.
            case IMAGE -> Arrays.copyOf(sample("photo.bmp"), size);
            case VOICE -> Arrays.copyOf(sample("voice.wav"), size);
            case VIDEO -> {
                byte[] video = sample("start.mp4");
                byte[] longer = Arrays.copyOf(video, size);
                // The rest is a box of nothing (ISO 14496-12, 8.1.2).
                ByteBuffer.wrap(longer, video.length, 8).putInt(size - video.length).put(utf8("free"));
                yield longer;
            }
            case FILE -> {
                byte[] text = new byte[size];
                Random random = new Random(size);
                for (int i = 0; i < size; i++) {
                    text[i] = (byte) ('a' + random.nextInt(26));
                }
                yield text;
            }
        };
    }
}
