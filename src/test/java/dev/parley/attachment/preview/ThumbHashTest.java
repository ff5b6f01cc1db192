package dev.parley.attachment.preview;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Placeholders, and the small pictures that they are made from. */
class ThumbHashTest {

    @TempDir
    Path directory;

    @Test
    void aHashIsWhatTheReferenceImplementationMakesOfTheSamePixels() throws IOException {
        int width = 48;
        int height = 32;
        byte[] rgb = new byte[3 * width * height];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int i = 3 * (y * width + x);
                rgb[i] = (byte) (5 * x);
                rgb[i + 1] = (byte) (7 * y);
                rgb[i + 2] = (byte) (x * y);
            }
        }
        // npm's thumbhash 0.1.1: rgbaToThumbHash of these pixels.
        assertThat(ThumbHash.of(new Pixels(width, height, rgb))).isEqualTo("GxgKHZhgdndwh4h2iGiIh9CiDeeI");
        assertThat(ThumbHash.of(read("P6\n# a comment\n48 32\n255\n", rgb))).isEqualTo("GxgKHZhgdndwh4h2iGiIh9CiDeeI");
        assertThat(ThumbHash.of(new Pixels(1, 1, new byte[3]))).isNotEmpty();
    }

    @Test
    void whatIsNoSmallPictureIsRefused() {
        for (String header : new String[] { "P5 1 1 255\n", "P6 0 1 255\n", "P6 101 1 255\n", "P6 1 1 65535\n", "P6 2 1 255\n",
                "P6",
                "", "P6 99999999999 1 255\n" }) {
            assertThatThrownBy(() -> read(header, new byte[3])).as(header).isInstanceOf(IOException.class);
        }
    }

    private Pixels read(String header, byte[] rgb) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(header.getBytes(StandardCharsets.US_ASCII));
        file.writeBytes(rgb);
        return Pixels.read(Files.write(directory.resolve("a.ppm"), file.toByteArray()));
    }
}
