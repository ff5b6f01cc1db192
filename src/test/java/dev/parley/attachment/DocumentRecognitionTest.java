package dev.parley.attachment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HexFormat;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.parley.testsupport.SampleFiles;
import dev.parley.testsupport.Tools;

class DocumentRecognitionTest {

    private static final String RAR_4 = "526172211a0700cf907300000d00000000000000c43d7b00400700";
    private static final String RAR_5 = "526172211a0701003392b5e50a010506000501018080001d77565103050400";

    @TempDir
    Path dir;

    static Collection<String> documents() {
        return SampleFiles.documents();
    }

    @ParameterizedTest
    @MethodSource("documents")
    void officeDocumentsAreToldApart(String name) throws IOException {
        Path document = SampleFiles.get(name);

        Recognised seen = Recogniser.of(document);

        assertThat(seen).isEqualTo(Recognised.as(seen.type()));
        assertThat(seen.kind()).isEqualTo(Kind.FILE);
        assertThat(seen.type().extension).isEqualTo(name.substring(name.indexOf('.') + 1));
        assertThat(seen.type().mime).isEqualTo(SecondOpinion.mime(document));
        assertThat(Recogniser.early(Files.readAllBytes(document), 64)).contains(Kind.FILE);
    }

    @Test
    void anArchiveOfAnythingIsAZip() throws IOException {
        assertThat(recognise(zip("word/notes.txt", "xl/notes.txt"))).isEqualTo(FileType.ZIP);
        assertThat(recognise(zip("[Content_Types].xml", "ppt/presentation.xml"))).isEqualTo(FileType.ZIP);
        assertThat(recognise(zip("[Content_Types].xml", "backup/word/document.xml"))).isEqualTo(FileType.ZIP);
        assertThat(recognise(zip())).isEqualTo(FileType.ZIP);
    }

    @Test
    void anArchiveMadeByZipIsAZip() throws IOException {
        Tools.require("zip", "apt-get install zip");
        Path text = Files.writeString(dir.resolve("notes.txt"), "notes");
        Tools.run(dir, "zip", "-q", "notes.zip", text.toString());

        assertThat(Recogniser.of(dir.resolve("notes.zip")).type()).isEqualTo(FileType.ZIP);
    }

    @Test
    void anArchiveWithALongCommentIsReadFromItsDirectory() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.setComment("a comment ".repeat(6000));
            for (String name : new String[] { "first.bin", "[Content_Types].xml", "word/document.xml" }) {
                zip.putNextEntry(new ZipEntry(name));
                zip.write(new byte[100]);
            }
        }

        assertThat(recognise(out.toByteArray())).isEqualTo(FileType.DOCX);
    }

    @ParameterizedTest
    @ValueSource(strings = { RAR_4, RAR_5 })
    void rarArchivesOfBothAgesAreRecognised(String hex) throws IOException {
        Path rar = Files.write(dir.resolve("archive.rar"), HexFormat.of().parseHex(hex));

        assertThat(Recogniser.of(rar).type()).isEqualTo(FileType.RAR);
        assertThat(SecondOpinion.mime(rar)).contains("rar");
    }

    @ParameterizedTest
    @ValueSource(strings = { "hello", "привет, мир\n", "日本語 🎉", "\ufeffwith a mark", "a\tb\r\n\fc", "1 < 2", "<3 you",
            "a <b>tag</b> later", "{\"json\": true}", "BM is short", "ID3 is a tag", "PK, PK", "RIFF", "GIF89a is a format",
            "%PDF is a format", "OggS", "FLV", "x" })
    void readableTextIsText(String text) throws IOException {
        assertThat(recognise(text.getBytes(StandardCharsets.UTF_8))).isEqualTo(FileType.TXT);
    }

    @ParameterizedTest
    @ValueSource(strings = { "<html>", "  \n<svg onload=alert(1)>", "\ufeff<?xml version='1.0'?>", "<!DOCTYPE html>", "</p>",
            "<!-- x -->", "\ufeff \ufeff<script>", "a\0b", "bell\u0007", "\u001b[31mred", "delete\u007f", "next\u0085line" })
    void markupAndControlCharactersAreNotText(String text) throws IOException {
        assertThat(recognise(text.getBytes(StandardCharsets.UTF_8))).isEqualTo(FileType.UNKNOWN);
    }

    @ParameterizedTest
    @CsvSource({ "ff41", "c3", "eda080", "c0af", "f4908080", "fffe61006200", "e282" })
    void whatIsNotUtf8IsNotText(String hex) throws IOException {
        assertThat(recognise(HexFormat.of().parseHex(hex))).isEqualTo(FileType.UNKNOWN);
    }

    @Test
    void textIsCheckedToItsLastByte() throws IOException {
        byte[] text = "żółw ".repeat(40_000).getBytes(StandardCharsets.UTF_8);
        assertThat(recognise(text)).isEqualTo(FileType.TXT);

        text[text.length - 1] = 0;
        assertThat(recognise(text)).isEqualTo(FileType.UNKNOWN);
        text[text.length - 1] = (byte) 0xc3;
        assertThat(recognise(text)).isEqualTo(FileType.UNKNOWN);
    }

    @Test
    void anEmptyFileIsNothing() throws IOException {
        assertThat(recognise(new byte[0])).isEqualTo(FileType.UNKNOWN);
    }

    @Test
    void aPdfStartsWithItsHeader() throws IOException {
        byte[] pdf = Files.readAllBytes(SampleFiles.get("letter.pdf"));
        byte[] shifted = new byte[pdf.length + 1];
        System.arraycopy(pdf, 0, shifted, 1, pdf.length);

        assertThat(recognise(shifted)).isEqualTo(FileType.UNKNOWN);
    }

    @Test
    void onlyTypesThatRunNothingAreShownInPlace() {
        assertThat(FileType.values()).filteredOn(type -> type.inline)
                .allMatch(type -> type.mime.matches("(image|video|audio)/.*|application/pdf"))
                .noneMatch(type -> type.mime.contains("svg"));
        assertThat(FileType.ofMime("image/svg+xml")).isEqualTo(FileType.UNKNOWN);
        assertThat(FileType.ofMime("image/png")).isEqualTo(FileType.PNG);
        assertThat(Kind.of("voice")).isEqualTo(Kind.VOICE);
    }

    private FileType recognise(byte[] bytes) throws IOException {
        return Recogniser.of(Files.write(dir.resolve("file"), bytes)).type();
    }

    private static byte[] zip(String... names) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            for (String name : names) {
                zip.putNextEntry(new ZipEntry(name));
                zip.write(name.getBytes(StandardCharsets.UTF_8));
            }
        }
        return out.toByteArray();
    }
}
