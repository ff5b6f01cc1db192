package dev.parley.attachment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import org.junit.jupiter.api.Test;

class FileNameTest {

    @Test
    void whatPeopleCallTheirFilesStaysAsItIs() {
        for (String name : List.of("photo.jpg", "Füße €.txt", "日本語のファイル.png", "👩\u200d👩\u200d👧 am Strand 🏖.png", "~",
                "null",
                "a;b=c, d.png", "100%.txt", ".profile")) {
            assertThat(FileName.of(name)).isEqualTo(name);
        }
    }

    @Test
    void aPathIsNoName() {
        assertThat(FileName.of("../../etc/passwd")).isEqualTo(".._.._etc_passwd");
        assertThat(FileName.of("C:\\temp\\a.png")).isEqualTo("C:_temp_a.png");
        assertThat(List.of("", " ", ".", "..", "\0", "\u202e")).allMatch(name -> FileName.of(name).equals("file"));
    }

    @Test
    void whatCannotBeSeenIsNoPartOfIt() {
        assertThat(FileName.of("\u202egpj.exe")).isEqualTo("gpj.exe");
        assertThat(FileName.of("two\r\nlines\u2028\u0001\u001b[31m")).isEqualTo("twolines[31m");
        assertThat(FileName.of("a\ud800b")).isEqualTo("ab");
        assertThat(FileName.of(" x ")).isEqualTo("x");
    }

    @Test
    void aThousandCharactersAreTheMost() {
        assertThat(FileName.of("🏖".repeat(2000))).isEqualTo("🏖".repeat(1000));
        assertThat(FileName.of("x".repeat(2000) + ".jpeg")).isEqualTo("x".repeat(995) + ".jpeg");
    }
}
