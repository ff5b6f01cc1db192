package dev.parley.attachment;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.parley.testsupport.Answer;
import io.quarkus.test.junit.QuarkusTest;

/** The largest file of each door, in its real size: one byte below, at it and one above. */
@QuarkusTest
class DoorLimitsTest extends FilesScene {

    private static final byte[] ZEROS = new byte[1 << 20];

    @ParameterizedTest
    @CsvSource({ "/api/upload, image, 10", "/api/upload, video, 10", "/api/chat/conversations/{room}/send-file/, image, 10",
            "/api/chat/conversations/{room}/send-file/, file, 10", "/api/v1/media/upload, image, 50",
            "/messages/upload, video, 100" })
    void aFileMayBeAsLargeAsItsDoorAllowsAndNoByteLarger(String path, String kind, int mebibytes) {
        long limit = (long) mebibytes << 20;
        for (long size : new long[] { limit - 1, limit }) {
            Answer answer = send(path, kind, size);
            assertThat(answer.status()).as(answer.body().toString()).isBetween(200, 201);
            assertThat(sizes(answer)).contains(size);
        }
        // What the two took stays; the third leaves nothing beside it.
        long files = count("select count(*) from media_attachments where owner_id = ?", ann.id);
        assertRefused(send(path, kind, limit + 1), 413, "file_too_large",
                "File too large. Maximum size: " + mebibytes + ".0MB");
        assertThat(count("select count(*) from media_attachments where owner_id = ? and state <> 'deleted'", ann.id))
                .isEqualTo(files);
    }

    /** Where a door does not tell the size, the message does. */
    private List<Long> sizes(Answer answer) {
        List<Long> sizes = new ArrayList<>();
        for (String field : new String[] { "size", "attachment_size", "file_size" }) {
            answer.body().findValues(field).forEach(size -> sizes.add(size.asLong()));
        }
        if (answer.body().has("success")) {
            ann.get("/api/chat/rooms/" + room + "/messages").expect(200).findValues("file_size")
                    .forEach(size -> sizes.add(size.asLong()));
        }
        return sizes;
    }

    private Answer send(String path, String kind, long size) {
        long message = path.startsWith("/api/v1/") ? ann.post(room, "With a file").get("id").asLong() : 0;
        return ann.send("POST", path.replace("{room}", Long.toString(room)), form(head(kind, size), size, message),
                "multipart/form-data; boundary=b");
    }

    /** The rest of each are zeros. */
    private static byte[] head(String kind, long size) {
        if (kind.equals("file")) {
            return new byte[0];
        }
        byte[] sample = sample(kind.equals("image") ? "photo.jpg" : "start.mp4");
        if (kind.equals("image")) {
            // Without the end marker: what follows counts as pixels, and pixels are kept.
            return Arrays.copyOf(sample, sample.length - 2);
        }
        byte[] longer = Arrays.copyOf(sample, sample.length + 8);
        // A box of nothing (ISO 14496-12, 8.1.2).
        ByteBuffer.wrap(longer, sample.length, 8).putInt((int) (size - sample.length)).put(utf8("free"));
        return longer;
    }

    private BodyPublisher form(byte[] head, long size, long message) {
        List<byte[]> pieces = new ArrayList<>(List.of(
                utf8("--b\r\nContent-Disposition: form-data; name=\"message_id\"\r\n\r\n" + message
                        + "\r\n--b\r\nContent-Disposition: form-data; name=\"conversation_id\"\r\n\r\n" + room
                        + "\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"large\"\r\n\r\n"),
                head));
        for (long left = size - head.length; left > 0; left -= ZEROS.length) {
            pieces.add(left >= ZEROS.length ? ZEROS : new byte[(int) left]);
        }
        pieces.add(utf8("\r\n--b--\r\n"));
        return BodyPublishers.ofByteArrays(pieces);
    }
}
