package dev.parley.attachment;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import com.fasterxml.jackson.databind.JsonNode;

import dev.parley.testsupport.Form;
import dev.parley.testsupport.Socket;
import io.quarkus.test.junit.QuarkusTest;

/** Whatever a client calls a file is text to show, and nothing else. */
@QuarkusTest
class FileNamesTest extends FilesScene {

    @ParameterizedTest
    @ValueSource(strings = { "../../etc/passwd", "..\\..\\windows\\win.ini", "/etc/passwd", "C:\\temp\\a.png", ".", "..", "~",
            "\u202egnp.exe", "a\u200fb\u2066c.png", "says \"hi\".png", "back\\slash\"quote", "two\r\nlines: yes",
            "\u0001\u001b[31mred\u007f", "👩‍👩‍👧 am Strand 🏖.png", "日本語のファイル.png", "%2e%2e%2f", "a;b=c, d.png",
            "'; drop table users; --",
            "<script>alert(1)</script>.png", " leading and trailing ", "null", "CON", "x.png\u2028y" })
    void whatAFileIsCalledTouchesNothing(String name) {
        JsonNode file = posted(new Form().file(name, sample("photo.png"))).at("/files_data/0");

        assertThat(file.get("file_name").asText()).isEqualTo(FileName.of(name));
        assertHarmless(file);
    }

    @Test
    void longNamesSurviveAsFarAsAnybodyReads() {
        String long300 = "ä".repeat(148) + ".png";
        assertThat(shown(utf8(long300))).isEqualTo(long300);
        String long5000 = "x".repeat(4996) + ".png";
        assertThat(shown(utf8(long5000))).isEqualTo("x".repeat(996) + ".png");
        String emoji = "🏖".repeat(2000);
        assertThat(emoji).startsWith(shown(utf8(emoji)));
    }

    @Test
    void bytesThatAreNoUtf8AreShownAsReplaced() {
        // A lone surrogate as some programs write it (CESU-8), a cut character, Latin-1.
        assertThat(shown(new byte[] { 'a', (byte) 0xed, (byte) 0xa0, (byte) 0x80, 'b' })).matches("a\ufffd+b");
        assertThat(shown(new byte[] { 'a', (byte) 0xe2, (byte) 0x82 })).matches("a\ufffd+");
        assertThat(shown("über.png".getBytes(StandardCharsets.ISO_8859_1))).isEqualTo("\ufffdber.png");
        assertThat(shown(new byte[] { 'a', 0, 'b' })).isEqualTo("a\ufffdb");
    }

    @Test
    void whoGivesNoNameGetsOne() {
        assertThat(shown(new byte[0])).isEqualTo("file");
    }

    @Test
    void namesInFramesAreTextToo() {
        try (Socket socket = ann.socket(room)) {
            String photo = java.util.Base64.getEncoder().encodeToString(sample("photo.png"));
            for (Map.Entry<String, String> name : Map.of("../../etc/passwd", ".._.._etc_passwd", "a\\ud800b", "ab",
                    "\\u0000", "file", "", "file", "x\\u202ey", "xy", "x".repeat(5000), "x".repeat(1000),
                    "🏖".repeat(2000) + ".png", "🏖".repeat(996) + ".png").entrySet()) {
                socket.sendText("{\"type\":\"send_message\",\"data\":{\"room_id\":" + room
                        + ",\"files_data\":[{\"file_name\":\"" + name.getKey() + "\",\"file_data\":\"" + photo + "\"}]}}");
                JsonNode file = socket.await("new_message").at("/data/files_data/0");
                assertThat(file.get("file_name").asText()).isEqualTo(name.getValue());
                assertHarmless(file);
            }
        }
    }

    private String shown(byte[] name) {
        JsonNode file = posted(new Form().file(name, sample("photo.png"))).at("/files_data/0");
        assertHarmless(file);
        return file.get("file_name").asText();
    }

    /** It is served, the headers around it are whole, and the store's key knows nothing of the name. */
    private void assertHarmless(JsonNode file) {
        Fetch served = Fetch.get(file.get("file_path").asText());
        assertThat(served.status()).isEqualTo(200);
        assertThat(served.body()).isEqualTo(sample("photo.png"));
        assertThat(served.answer().headers().map().keySet()).doesNotContain("lines");
        assertThat(served.header("content-disposition"))
                .matches("inline; filename=\"[ -~&&[^\"%/]]*\"; filename\\*=UTF-8''[!-~]*");
        Set<String> keys = stored();
        assertThat(keys).isNotEmpty().allMatch(key -> key.matches("[0-9a-z][0-9a-z-]{15,79}"));
    }
}
