package dev.parley.attachment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Collections;
import java.util.List;

import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.databind.JsonNode;

import dev.parley.testsupport.ParleyProcess;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.S3Server;

/** A file that is larger than the heap goes up and down through the packaged program, which stays as small as it was. */
class LargeFileIT {

    private static final int MIB = 1024 * 1024;
    private static final int LARGE = 640;
    private static final int LARGE_FOR_A_BUCKET = 320;
    private static final int SMALL = 96;
    private static final long GROWTH = 64L * MIB;

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @Test
    void aFileGoesUpAndDownOnTheDirectoryStore() throws Exception {
        try (ParleyProcess parley = settled(ParleyProcess.fresh("large"))) {
            assertSteady(parley.start(), LARGE);
            PackagedParley.delete(parley.data().resolve("files"));
        }
    }

    @Test
    void aFileGoesUpAndDownOnTheBucketStore() throws Exception {
        try (S3Server server = PackagedParley.bucket("large-s3");
                ParleyProcess parley = PackagedParley.withBucket(settled(ParleyProcess.fresh("large-bucket")), server)) {
            assertSteady(parley.start(), LARGE_FOR_A_BUCKET);
        } finally {
            PackagedParley.delete(Path.of("target", "parley", "large-s3"));
        }
    }

    private static ParleyProcess settled(ParleyProcess parley) {
        return parley.heap("256m").options("-Dparley.files.file=2G");
    }

    private void assertSteady(ParleyProcess parley, int mebibytes) throws Exception {
        Person ann = Person.register(parley.base(), "Ann");
        long room = ann.group("Large files", Person.register(parley.base(), "Ben"));
        JsonNode warm = there(ann, room, SMALL);
        ann.delete("/api/chat/messages/" + warm.get("id").asLong()).expect(200);
        long before = parley.rss();
        long start = System.nanoTime();

        there(ann, room, mebibytes);

        long after = parley.rss();
        System.out.printf("%s: %d MiB up and down in %.1f s, resident %d MiB and then %d MiB%n", parley.data(),
                mebibytes, (System.nanoTime() - start) / 1e9, before / MIB, after / MIB);
        assertThat(after - before).as("growth of what is resident").isLessThan(GROWTH);
        assertThat(PackagedParley.temporary(parley)).isEmpty();
    }

    /** Up, down, and compared. */
    private JsonNode there(Person ann, long room, int mebibytes) throws Exception {
        MessageDigest sent = MessageDigest.getInstance("SHA-256");
        MessageDigest received = MessageDigest.getInstance("SHA-256");
        InputStream form = sequence(List.of(
                ascii("--X\r\nContent-Disposition: form-data; name=\"files\"; filename=\"large.zip\"\r\n\r\n"),
                new DigestInputStream(zip(mebibytes), sent), ascii("\r\n--X--\r\n")));
        JsonNode message = ann.send("POST", "/api/chat/rooms/" + room + "/messages",
                BodyPublishers.ofInputStream(() -> form), "multipart/form-data; boundary=X").expect(201);
        JsonNode file = message.at("/files_data/0");
        assertThat(file.get("mime_type").asText()).isEqualTo("application/zip");
        assertThat(file.get("file_size").asLong()).isGreaterThan((long) mebibytes * MIB);

        HttpResponse<InputStream> down = http.send(HttpRequest.newBuilder(URI.create(file.get("file_path").asText()))
                .timeout(Duration.ofSeconds(60)).build(), BodyHandlers.ofInputStream());
        try (InputStream body = down.body()) {
            long size = body.transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), received));
            assertThat(size).isEqualTo(file.get("file_size").asLong());
        }
        assertThat(received.digest()).isEqualTo(sent.digest());
        return message;
    }

    /** An archive with one stored entry of that size (APPNOTE 4.3), made while it is read. */
    private static InputStream zip(int mebibytes) {
        int size = mebibytes * MIB;
        byte[] name = "zeroes".getBytes(StandardCharsets.US_ASCII);
        ByteBuffer local = ByteBuffer.allocate(30 + name.length).order(ByteOrder.LITTLE_ENDIAN);
        local.putInt(0x04034b50).putShort((short) 10).putShort((short) 0).putLong(0).putInt(0).putInt(size).putInt(size)
                .putShort((short) name.length);
        local.position(30).put(name);
        ByteBuffer directory = ByteBuffer.allocate(46 + name.length + 22).order(ByteOrder.LITTLE_ENDIAN);
        directory.putInt(0x02014b50).position(20).putInt(size).putInt(size).putShort((short) name.length).position(46)
                .put(name);
        directory.putInt(0x06054b50).putInt(0).putShort((short) 1).putShort((short) 1).putInt(46 + name.length)
                .putInt(local.capacity() + size);
        byte[] piece = new byte[MIB];
        new java.util.Random(1).nextBytes(piece);
        return sequence(List.of(new ByteArrayInputStream(local.array()),
                sequence(Collections.nCopies(mebibytes, piece).stream().map(ByteArrayInputStream::new).toList()),
                new ByteArrayInputStream(directory.array())));
    }

    private static InputStream sequence(List<? extends InputStream> streams) {
        return new SequenceInputStream(Collections.enumeration(streams));
    }

    private static InputStream ascii(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
    }
}
