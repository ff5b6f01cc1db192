package dev.parley.attachment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import com.fasterxml.jackson.databind.JsonNode;

import dev.parley.testsupport.NpmClients;
import dev.parley.testsupport.ParleyProcess;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.S3Server;
import dev.parley.testsupport.Tools;

/**
 * The official tus client sends a large file while the program is killed again and again, at any point: it arrives as one
 * message, and not a bit is another. {@code -Dparley.kills=20} kills it more often, {@code -Dparley.seed=…} again when it was
 * killed then.
 */
class ResumeIT {

    private static final int KILLS = Math.max(2, Integer.getInteger("parley.kills", 1));
    private static final long MIB = 1024 * 1024;

    @TempDir
    Path directory;

    private final long seed = Long.getLong("parley.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @Test
    void aFileOf200MegabytesSurvivesKills() throws Exception {
        try (ParleyProcess parley = ParleyProcess.fresh("resume")) {
            withstand(settled(parley), 200 * MIB, KILLS);
            assertThat(parley.data().resolve("files/partial")).isEmptyDirectory();
            PackagedParley.delete(parley.data().resolve("files"));
        }
    }

    @Test
    void soItDoesOnItsWayToABucket() throws Exception {
        try (S3Server server = PackagedParley.bucket("resume-s3");
                ParleyProcess parley = PackagedParley.withBucket(ParleyProcess.fresh("resume-bucket"), server)) {
            withstand(settled(parley), 60 * MIB, Math.max(1, KILLS / 2));
            assertThat(server.keys(PackagedParley.BUCKET)).hasSize(1);
        } finally {
            PackagedParley.delete(Path.of("target", "parley", "resume-s3"));
        }
    }

    private static ParleyProcess settled(ParleyProcess parley) {
        return parley.options("-Dparley.files.file=300M", "-Dparley.uploads.lease=1s").start();
    }

    private void withstand(ParleyProcess parley, long size, int kills) throws Exception {
        Tools.require("node", "apt-get install nodejs");
        System.out.println("Killed as -Dparley.seed=" + seed + " says");
        String library = NpmClients.file("tus-js-client/lib.es5/node/index.js").toString();
        Person ann = Person.register(parley.base(), "Ann");
        long room = ann.group("Large files");
        Path file = text(size);
        Path said = directory.resolve("client.log");
        Process client = new ProcessBuilder("node", Path.of("src/test/js/resume.cjs").toAbsolutePath().toString(), library,
                parley.base().resolve("/api/uploads").toString(), ann.token, file.toString(), "" + room)
                .redirectErrorStream(true).redirectOutput(said.toFile()).start();
        try {
            for (int kill = 0; kill < kills; kill++) {
                long before = received(parley);
                long enough = before + (long) (random.nextDouble() * 0.5 * (size - before));
                AtomicLong now = new AtomicLong();
                await().atMost(Duration.ofSeconds(30)).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(2))
                        .failFast("The client has ended", () -> !client.isAlive())
                        .until(() -> now.updateAndGet(any -> received(parley)) > enough);
                parley.kill9();
                assertThat(received(parley)).as("what is told never goes back").isBetween(now.get(), size - 1);
                parley.start();
            }
            assertThat(client.waitFor(60, TimeUnit.SECONDS)).as(Files.readString(said)).isTrue();
        } finally {
            client.destroyForcibly();
        }
        List<String> lines = Files.readAllLines(said);
        assertThat(client.exitValue()).as(lines.toString()).isZero();
        assertThat(lines).filteredOn("POST 201"::equals).as("uploads begun").hasSize(1);
        JsonNode page = ann.get("/api/chat/rooms/" + room + "/messages").expect(200);
        assertThat(page.get("total").asInt()).isEqualTo(1);
        JsonNode message = page.get("messages").get(0);
        assertThat(lines.getLast()).isEqualTo("message " + message.get("id"));
        assertThat(sha256(URI.create(message.at("/files_data/0/file_path").asText()).toURL().openStream()))
                .isEqualTo(sha256(Files.newInputStream(file)));
    }

    private static long received(ParleyProcess parley) {
        try (Connection connection = parley.connect();
                ResultSet row = connection.createStatement()
                        .executeQuery("select coalesce(max(received), 0) from resumable_uploads")) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private Path text(long size) throws IOException {
        Path file = directory.resolve("large.txt");
        byte[] bytes = new byte[24 * 1024];
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            for (long written = 0; written < size; written += 2L * bytes.length) {
                random.nextBytes(bytes);
                out.write(HexFormat.of().formatHex(bytes));
            }
        }
        return file;
    }

    private static String sha256(InputStream bytes) throws Exception {
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        try (DigestInputStream in = new DigestInputStream(bytes, sha256)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(sha256.digest());
    }
}
