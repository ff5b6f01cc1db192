package dev.parley.attachment.scan;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;

import javax.sql.DataSource;

import jakarta.inject.Inject;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.databind.JsonNode;

import dev.parley.attachment.Attachment;
import dev.parley.attachment.Findings;
import dev.parley.attachment.ObjectStore;
import dev.parley.attachment.jobs.FileJobs;
import dev.parley.attachment.jobs.FileWork;
import dev.parley.attachment.jobs.Job;
import dev.parley.attachment.jobs.JobKind;
import dev.parley.attachment.jobs.Outcome;
import dev.parley.testsupport.Clamav;
import dev.parley.testsupport.Form;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.Sql;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.config.SmallRyeConfigBuilder;

/** Files pass without a scan only where a setting says so, and then it is told why. */
@QuarkusTest
class UnscannedTest {

    @TestHTTPResource("/")
    URI base;

    @Inject
    ObjectStore store;

    @Inject
    Findings findings;

    @Inject
    FileWork work;

    @Inject
    FileJobs jobs;

    @Inject
    DataSource database;

    private Person ann;
    private long room;

    @BeforeEach
    void enter() {
        ann = Person.register(base, "Ann");
        room = ann.group("Unscanned");
    }

    @Test
    void withoutAScannerFilesAreServedAndSaidToBeUnscanned() {
        JsonNode file = ann.post(room, new Form().file("a.txt", text(5))).expect(201).at("/files_data/0");
        assertThat(file.get("scan_state").asText()).isEqualTo("skipped");
        assertThat(file.get("scan_reason").asText()).isEqualTo("off");
        assertThat(ann.get("/api/files/" + file.get("id").asText()).status()).isEqualTo(200);
    }

    @Test
    void whereItIsAllowedAFileThatNobodyCanScanIsServed() throws Exception {
        JsonNode file = undecided(5);
        assertThat(ann.get("/api/files/" + file.get("id").asText()).status()).isEqualTo(423);

        assertThat(scans("127.0.0.1:1", ScanSettings.Unscanned.WITHHOLD).of(job(file))).isInstanceOf(Outcome.NotNow.class);
        assertThat(now().get("scan_state").asText()).isEqualTo("scanning");

        assertThat(scans("127.0.0.1:1", ScanSettings.Unscanned.ALLOW).of(job(file))).isEqualTo(new Outcome.Done());
        assertThat(now().get("scan_state").asText()).isEqualTo("skipped");
        assertThat(now().get("scan_reason").asText()).isEqualTo("unreachable");
        assertThat(ann.get("/api/files/" + file.get("id").asText()).status()).isEqualTo(200);
    }

    @Test
    void aStoreThatBreaksOffIsWaitedForAndNoTry() throws Exception {
        JsonNode file = undecided(5);
        Path object = store.file(key(file)).orElseThrow();
        byte[] bytes = Files.readAllBytes(object);
        // It can be opened and not be read.
        Files.delete(object);
        Files.createDirectory(object);
        try (ServerSocket scanner = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Scans scans = scans("127.0.0.1:" + scanner.getLocalPort(), ScanSettings.Unscanned.WITHHOLD);
            assertThat(scans.of(job(file))).isEqualTo(new Outcome.NotNow(Duration.ofSeconds(2)));
            assertThat(scans.of(job(file))).isEqualTo(new Outcome.NotNow(Duration.ofSeconds(4)));
        } finally {
            Files.delete(object);
            Files.write(object, bytes);
        }
        assertThat(now().get("scan_state").asText()).isEqualTo("scanning");
    }

    @Test
    void whatAScannerLeftUndecidedIsServedOnceThereIsNoneAnyMore() throws SQLException {
        JsonNode file = undecided(5);
        change("insert into file_jobs (attachment_id, job, due_at) values ('%s', 'scan', now() - interval '2 minutes')", file);
        Awaitility.await().until(() -> {
            jobs.wake();
            return now().get("scan_state").asText().equals("skipped");
        });
        assertThat(now().get("scan_reason").asText()).isEqualTo("off");
        assertThat(ann.get("/api/files/" + file.get("id").asText()).status()).isEqualTo(200);
    }

    @Test
    void whereItIsAllowedAFileThatIsTooLargeForTheScannerIsServed() throws Exception {
        try (Clamav clamav = Clamav.start(Path.of("target", "clamav-allow"))) {
            JsonNode file = undecided(Clamav.LIMIT + 1);
            assertThat(scans(clamav.unix(), ScanSettings.Unscanned.ALLOW).of(job(file))).isEqualTo(new Outcome.Done());
        }
        assertThat(now().get("scan_reason").asText()).isEqualTo("too_large");
        scans("127.0.0.1:1", ScanSettings.Unscanned.ALLOW).giveUp(job(now()), "decided before");
        assertThat(now().get("scan_reason").asText()).isEqualTo("too_large");
        JsonNode other = undecided(5);
        scans("127.0.0.1:1", ScanSettings.Unscanned.ALLOW).giveUp(job(other), "tried often enough");
        assertThat(now().get("scan_reason").asText()).isEqualTo("failed");
        assertThat(ann.get("/api/files/" + other.get("id").asText()).status()).isEqualTo(200);
    }

    private Scans scans(String address, ScanSettings.Unscanned unscanned) {
        ScanSettings settings = new SmallRyeConfigBuilder().withMapping(ScanSettings.class)
                .withDefaultValue("parley.scan.address", address).withDefaultValue("parley.scan.unscanned", unscanned.name())
                .build().getConfigMapping(ScanSettings.class);
        return new Scans(settings, store, findings, work, new SimpleMeterRegistry());
    }

    /** A file of a message, as if the scanner had not been asked yet. */
    private JsonNode undecided(int size) throws SQLException {
        JsonNode file = ann.post(room, new Form().file("a.txt", text(size))).expect(201).at("/files_data/0");
        change("update media_attachments set scan_state = 'scanning', scan_reason = null where id = '%s'", file);
        return file;
    }

    private void change(String sql, JsonNode file) throws SQLException {
        new Sql(database).change(sql.formatted(file.get("id").asText()));
    }

    private static String key(JsonNode file) {
        Attachment row = QuarkusTransaction.requiringNew()
                .call(() -> Attachment.findById(UUID.fromString(file.get("id").asText())));
        return row.storageKey;
    }

    /** The newest message's file. */
    private JsonNode now() {
        JsonNode messages = ann.get("/api/chat/rooms/" + room + "/messages").expect(200).get("messages");
        return messages.get(messages.size() - 1).at("/files_data/0");
    }

    private static Job job(JsonNode file) {
        return new Job(UUID.fromString(file.get("id").asText()), JobKind.SCAN, 1);
    }

    private static byte[] text(int size) {
        return "x".repeat(size).getBytes(StandardCharsets.US_ASCII);
    }
}
