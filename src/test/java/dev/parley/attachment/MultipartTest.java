package dev.parley.attachment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.parley.problem.Code;
import dev.parley.problem.Refusal;

class MultipartTest {

    private static final String FORM = "multipart/form-data; boundary=XX";

    @Test
    void fieldsAndFilesComeInTheOrderInWhichTheyWereSent() {
        assertThat(read(part("name=\"content\"", "Grüße\r\n--X") + part("name=\"files\"; filename=\"a.txt\"", "one")
                + part("name=\"files\"; filename=\"b.txt\"", "two\r\n") + part("name=\"reply_to\"", "7")))
                .containsExactly("content=Grüße\r\n--X", "files:a.txt:one", "files:b.txt:two\r\n", "reply_to=7");
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', value = {
            "filename=\"a%22b.txt\", a\"b.txt",
            "filename=\"a\\\"b.txt\", a\"b.txt",
            "filename=\"a\\\\b.txt\", a\\b.txt",
            "filename=\"C:\\temp\\a.txt\", C:\\temp\\a.txt",
            "filename=\"../../etc/passwd\", ../../etc/passwd",
            "filename=\"Füße 日本 👩‍👩‍👧.txt\", Füße 日本 👩‍👩‍👧.txt",
            "filename=\"semi;colon=x.txt\", semi;colon=x.txt",
            "filename=plain.txt, plain.txt",
            "filename=\"x.txt\"; filename*=UTF-8''%E2%82%AC%20rates.txt, € rates.txt",
            "filename*=iso-8859-1'en'%A3%20rates.txt, £ rates.txt",
            "filename=\"x.txt\"; filename*=UTF-8''broken%zz, x.txt",
            "filename=\"=?utf-8?q?x?=.txt\", =?utf-8?q?x?=.txt",
            "filename=\"x%0D%0Ay\", `x\r\ny`" })
    void namesAreDecodedAsBrowsersAndCurlWriteThem(String parameter, String name) {
        assertThat(read(part("name=\"files\"; " + parameter, "x"))).containsExactly("files:" + name + ":x");
    }

    @Test
    void anInputWithoutAChosenFileIsNoFile() {
        assertThat(read(part("name=\"files\"; filename=\"\"", "") + part("name=\"content\"", "hi")))
                .containsExactly("content=hi");
        assertThat(read(part("name=\"files\"; filename=\"\"", "bytes"))).containsExactly("files::bytes");
    }

    @Test
    void whatAFileReaderLeavesUnreadIsSkipped() {
        List<String> seen = new ArrayList<>();
        String form = part("name=\"a\"; filename=\"a\"", "x".repeat(500_000)) + part("name=\"b\"", "after");
        Multipart.read(FORM, stream(form + "--XX--\r\n"), Long.MAX_VALUE, new Multipart.Parts() {
            @Override
            public void field(String name, String value) {
                seen.add(name + "=" + value);
            }

            @Override
            public void file(Multipart.FilePart file) {
                seen.add(file.field());
            }
        });
        assertThat(seen).containsExactly("a", "b=after");
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "--XX", "--XX\r\n", "garbage", "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n",
            "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nhalf",
            "--XX\r\nContent-Disposition: form-data; name=\"a\"; filename=\"f\"\r\n\r\nhalf",
            "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n--XX",
            "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n--XXy\r\n", "--XX--\r\n" })
    void whatIsMalformedOrBreaksOffIsRefused(String body) {
        assertRefused(Code.BAD_REQUEST, FORM, body);
    }

    @ParameterizedTest
    @ValueSource(strings = { "form-data", "form-data; filename=\"a\"", "form-data; name=\"\"", "attachment; name=\"a\"",
            "" })
    void aPartWithoutANameIsRefused(String disposition) {
        assertRefused(Code.BAD_REQUEST, FORM,
                "--XX\r\nContent-Disposition: " + disposition + "\r\n\r\nx\r\n--XX--\r\n");
        assertRefused(Code.BAD_REQUEST, FORM, "--XX\r\n\r\nx\r\n--XX--\r\n");
    }

    @Test
    void onlyFormsWithABoundaryAreRead() {
        assertRefused(Code.UNSUPPORTED_MEDIA_TYPE, null, "");
        assertRefused(Code.UNSUPPORTED_MEDIA_TYPE, "application/json", "{}");
        assertRefused(Code.UNSUPPORTED_MEDIA_TYPE, "multipart/mixed; boundary=XX", "");
        assertRefused(Code.BAD_REQUEST, "multipart/form-data", "");
        assertRefused(Code.BAD_REQUEST, "multipart/form-data; boundary=" + "X".repeat(5_000), "");
    }

    @Test
    void fieldsAreBounded() {
        assertRefused(Code.BAD_REQUEST, FORM, part("name=\"a\"", "x".repeat(65_537)) + "--XX--\r\n");
        assertRefused(Code.BAD_REQUEST, FORM, part("name=\"a\"", "x").repeat(51) + "--XX--\r\n");
        assertRefused(Code.BAD_REQUEST, FORM, part("name=\"a\"; filename=\"f\"", "x").repeat(101) + "--XX--\r\n");
        assertRefused(Code.BAD_REQUEST, FORM, part("name=\"a\"", "nul \0") + "--XX--\r\n");
        assertRefused(Code.BAD_REQUEST, FORM, part("name=\"" + "a".repeat(70_000) + "\"", "x") + "--XX--\r\n");
    }

    @Test
    void fieldsAreUtf8() {
        byte[] form = (part("name=\"a\"", "\u00fc") + "--XX--\r\n").getBytes(StandardCharsets.ISO_8859_1);

        assertThatThrownBy(() -> read(FORM, new ByteArrayInputStream(form), Long.MAX_VALUE))
                .isInstanceOf(Refusal.class).hasMessageContaining("UTF-8");
    }

    @Test
    void theWholeBodyIsBounded() {
        String form = part("name=\"a\"; filename=\"f\"", "x".repeat(200_000)) + "--XX--\r\n";

        assertThatThrownBy(() -> read(FORM, stream(form), 100_000)).isInstanceOfSatisfying(Refusal.class,
                refusal -> assertThat(refusal.code).isEqualTo(Code.REQUEST_TOO_LARGE));
    }

    @Test
    void aConnectionThatBreaksInsideAFileIsARefusal() {
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("Connection reset");
            }
        };
        InputStream half = new SequenceInputStream(
                stream("--XX\r\nContent-Disposition: form-data; name=\"a\"; filename=\"f\"\r\n\r\nhalf"), broken);

        assertThatThrownBy(() -> read(FORM, half, Long.MAX_VALUE)).isInstanceOfSatisfying(Refusal.class,
                refusal -> assertThat(refusal.code).isEqualTo(Code.BAD_REQUEST));
    }

    private static void assertRefused(Code code, @Nullable String type, String body) {
        assertThatThrownBy(() -> read(type, stream(body), Long.MAX_VALUE)).isInstanceOfSatisfying(Refusal.class,
                refusal -> assertThat(refusal.code).isEqualTo(code));
    }

    private static String part(String disposition, String content) {
        return "--XX\r\nContent-Disposition: form-data; " + disposition
                + "\r\nContent-Type: text/plain\r\n\r\n" + content + "\r\n";
    }

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private static List<String> read(String parts) {
        return read(FORM, stream(parts + "--XX--\r\n"), Long.MAX_VALUE);
    }

    private static List<String> read(@Nullable String type, InputStream body, long most) {
        List<String> seen = new ArrayList<>();
        Multipart.read(type, body, most, new Multipart.Parts() {
            @Override
            public void field(String name, String value) {
                seen.add(name + "=" + value);
            }

            @Override
            public void file(Multipart.FilePart file) {
                try {
                    String content = new String(file.content().readAllBytes(), StandardCharsets.UTF_8);
                    seen.add(file.field() + ":" + file.name() + ":" + content);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        });
        return seen;
    }
}
