package dev.parley.attachment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.parley.testsupport.SampleFiles;
import dev.parley.testsupport.Tools;

class ImageRecognitionTest {

    @TempDir
    Path dir;

    static Collection<String> images() {
        return SampleFiles.images();
    }

    @ParameterizedTest
    @MethodSource("images")
    void typeAndPixelsAreThoseThatIdentifyAndFileSee(String name) throws IOException {
        Path image = SampleFiles.get(name);

        Recognised seen = Recogniser.of(image);

        assertThat(seen.kind()).isEqualTo(Kind.IMAGE);
        assertThat(seen.type().mime).isEqualTo(SecondOpinion.mime(image));
        assertThat(seen.width() + "x" + seen.height()).isEqualTo(identify(image, "%wx%h"));
    }

    @ParameterizedTest
    @ValueSource(strings = { "bmp2", "bmp3", "bmp" })
    void bitmapsOfEveryAgeAreMeasured(String coder) throws IOException {
        Path image = dir.resolve("old.bmp");
        Tools.run(dir, "convert", SampleFiles.get("photo.png").toString(), coder + ":" + image);

        assertThat(Recogniser.of(image)).isEqualTo(new Recognised(FileType.BMP, 321, 123, null));
    }

    @Test
    void aBitmapStoredFromTheTopIsMeasured() throws IOException {
        byte[] bitmap = Files.readAllBytes(SampleFiles.get("photo.bmp"));
        ByteBuffer.wrap(bitmap).order(ByteOrder.LITTLE_ENDIAN).putInt(22, -123);

        assertThat(recognise(bitmap)).isEqualTo(new Recognised(FileType.BMP, 321, 123, null));
    }

    @ParameterizedTest
    @CsvSource({ "1,321,123,TopLeft", "3,321,123,BottomRight", "5,123,321,LeftTop", "6,123,321,RightTop",
            "8,123,321,LeftBottom" })
    void aPhotoTakenOnItsSideHasTheSizeItIsShownWith(int orientation, int width, int height, String name)
            throws IOException {
        Path photo = Files.write(dir.resolve("turned.jpg"), oriented(orientation));

        assertThat(Recogniser.of(photo)).isEqualTo(new Recognised(FileType.JPEG, width, height, null));
        assertThat(identify(photo, "%[orientation]")).isEqualTo(name);
    }

    private static byte[] oriented(int orientation) throws IOException {
        byte[] photo = Files.readAllBytes(SampleFiles.get("photo.jpg"));
        ByteBuffer exif = ByteBuffer.allocate(36);
        exif.putShort((short) 0xffe1).putShort((short) 34);
        exif.put("Exif\0\0MM\0*".getBytes(StandardCharsets.ISO_8859_1)).putInt(8);
        exif.putShort((short) 1).putShort((short) 0x0112).putShort((short) 3).putInt(1);
        exif.putShort((short) orientation).putShort((short) 0).putInt(0);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(photo, 0, 2);
        out.write(exif.array());
        out.write(photo, 2, photo.length - 2);
        return out.toByteArray();
    }

    @Test
    void aPngOf900MegapixelsIsOnlyAHeader() throws IOException {
        Path bomb = Files.write(dir.resolve("bomb.png"), blackPng(30_000));
        byte[] head = Arrays.copyOf(Files.readAllBytes(bomb), 33);

        assertThat(Recogniser.of(bomb)).isEqualTo(new Recognised(FileType.PNG, 30_000, 30_000, null));
        assertThat(recognise(head)).isEqualTo(Recogniser.of(bomb));
        assertThat(SecondOpinion.mime(bomb)).isEqualTo("image/png");
    }

    /** A whole and valid picture, a bit a pixel: some hundred kilobytes that a decoder makes gigabytes of. */
    static byte[] blackPng(int side) throws IOException {
        ByteArrayOutputStream pixels = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflater = new DeflaterOutputStream(pixels)) {
            byte[] row = new byte[1 + (side + 7) / 8];
            for (int i = 0; i < side; i++) {
                deflater.write(row);
            }
        }
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        png.write(HexFormat.of().parseHex("89504e470d0a1a0a"));
        chunk(png, "IHDR", ByteBuffer.allocate(13).putInt(side).putInt(side).put((byte) 1).array());
        chunk(png, "IDAT", pixels.toByteArray());
        chunk(png, "IEND", new byte[0]);
        return png.toByteArray();
    }

    private static void chunk(ByteArrayOutputStream png, String type, byte[] data) {
        ByteBuffer chunk = ByteBuffer.allocate(12 + data.length).putInt(data.length);
        chunk.put(type.getBytes(StandardCharsets.US_ASCII)).put(data);
        CRC32 crc = new CRC32();
        crc.update(chunk.array(), 4, 4 + data.length);
        png.writeBytes(chunk.putInt((int) crc.getValue()).array());
    }

    @ParameterizedTest
    @ValueSource(strings = { "heic", "heix", "mif1", "msf1", "avif", "avis", "crx " })
    void picturesInMovieBoxesAreNotOnTheList(String brand) throws IOException {
        byte[] movie = Files.readAllBytes(SampleFiles.get("voice.m4a"));
        System.arraycopy(brand.getBytes(StandardCharsets.US_ASCII), 0, movie, 8, 4);

        assertThat(recognise(movie)).isEqualTo(Recognised.as(FileType.UNKNOWN));
    }

    @ParameterizedTest
    @ValueSource(strings = { "photo.jpg", "photo.png", "photo.gif", "lossy.webp", "photo.bmp" })
    void theFirstBytesDecideThatItIsAnImage(String name) throws IOException {
        byte[] head = Files.readAllBytes(SampleFiles.get(name));

        assertThat(Recogniser.early(head, 64)).contains(Kind.IMAGE);
        assertThat(Recogniser.early(head, 1)).isEmpty();
    }

    private Recognised recognise(byte[] bytes) throws IOException {
        return Recogniser.of(Files.write(dir.resolve("file"), bytes));
    }

    private String identify(Path image, String format) {
        Tools.require("identify", "apt-get install imagemagick");
        return Tools.run(dir, "identify", "-format", format + "\n", image.toString()).lines().findFirst().orElseThrow();
    }
}
