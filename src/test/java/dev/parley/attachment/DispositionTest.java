package dev.parley.attachment;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

import org.junit.jupiter.api.Test;

class DispositionTest {

    @Test
    void aPlainNameStaysAsItIs() {
        assertThat(Disposition.of(true, "photo.jpg"))
                .isEqualTo("inline; filename=\"photo.jpg\"; filename*=UTF-8''photo.jpg");
    }

    @Test
    void otherAlphabetsAreEncodedWithAStandInBeside() {
        assertThat(Disposition.of(false, "Füße €.txt"))
                .isEqualTo("attachment; filename=\"F__e _.txt\"; filename*=UTF-8''F%C3%BC%C3%9Fe%20%E2%82%AC.txt");
    }

    @Test
    void nothingInANameLeavesItsQuotes() {
        for (String name : List.of("a\"b", "a\r\nSet-Cookie: x=1", "a\0b", "a\\\"; filename=evil.exe", "\"", "a'b%41",
                "\uD800lone", "lone\uDC00", "\u202Egpj.exe", "../../etc/passwd", "", "..", "a".repeat(5_000),
                "日本".repeat(2_500) + ".jpeg", "👩‍👩‍👧".repeat(900), "\u2028\u0085x", "(){}[]<>@,;:/?=")) {
            String header = Disposition.of(false, name);

            assertThat(header).as(name)
                    .matches("attachment; filename=\"[^\"\\\\%\\p{Cntrl}]+\"; filename\\*=UTF-8''[A-Za-z0-9!#$&+.^_`|~%-]+");
            assertThat(header.length()).isLessThan(4_000);
        }
    }

    @Test
    void marksThatTurnTextAndSeparatorsAreNoPartOfAName() {
        assertThat(name("\u202Egpj.exe")).isEqualTo("gpj.exe");
        assertThat(name("../../etc/passwd")).isEqualTo(".._.._etc_passwd");
        assertThat(name("👩‍👩‍👧.png")).isEqualTo("👩‍👩‍👧.png");
    }

    @Test
    void aLongNameKeepsItsExtension() {
        assertThat(name("日本".repeat(2_500) + ".jpeg")).hasSize(200).endsWith(".jpeg");
    }

    private static String name(String original) {
        String encoded = Disposition.of(false, original).replaceFirst(".*''", "");
        return URLDecoder.decode(encoded.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
