package dev.parley.attachment.preview;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A small picture as a decoder that is no part of this program has written it: binary PPM, which is a line of numbers and
 * the pixels (netpbm's ppm(5)).
 *
 * @param rgb three bytes a pixel, row by row
 */
record Pixels(int width, int height, byte[] rgb) {

    private static final int MOST = 100;

    Pixels {
        if (width < 1 || height < 1 || width > MOST || height > MOST || rgb.length != 3 * width * height) {
            throw new IllegalArgumentException("not a small picture");
        }
    }

    /** @throws IOException when it is no such file */
    static Pixels read(Path ppm) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(ppm))) {
            if (in.read() != 'P' || in.read() != '6') {
                throw new IOException("not a binary PPM");
            }
            int width = number(in);
            int height = number(in);
            if (number(in) != 255 || width > MOST || height > MOST) {
                throw new IOException("not a small PPM of eight bits");
            }
            return new Pixels(width, height, in.readNBytes(3 * width * height));
        } catch (IllegalArgumentException e) {
            throw new IOException(e);
        }
    }

    /** A number after white space and comments, with the one character behind it. */
    private static int number(InputStream in) throws IOException {
        int read = in.read();
        while (Character.isWhitespace(read) || read == '#') {
            if (read == '#') {
                skipLine(in);
            }
            read = in.read();
        }
        int number = 0;
        for (; read >= '0' && read <= '9' && number < 1_000_000; read = in.read()) {
            number = 10 * number + read - '0';
        }
        return number;
    }

    private static void skipLine(InputStream in) throws IOException {
        int read = in.read();
        while (read >= 0 && read != '\n') {
            read = in.read();
        }
    }
}
