package dev.parley.attachment.preview;

import java.util.Base64;

/**
 * Some 25 bytes that stand in for a picture until it is loaded: the lowest frequencies of its brightness and of two colour
 * differences, and so its shape and average colour (ThumbHash, evanw.github.io/thumbhash). Opaque pictures only.
 */
final class ThumbHash {

    private static final int LUMINANCE = 7;
    private static final int COLOUR = 3;

    private ThumbHash() {
    }

    /** @param dc the average; {@code ac} the other frequencies, each from 0 to 1 within {@code scale} */
    private record Channel(double dc, double[] ac, double scale) {
    }

    /** In base64. */
    static String of(Pixels picture) {
        int width = picture.width();
        int height = picture.height();
        double[] light = new double[width * height];
        double[] yellow = new double[width * height];
        double[] red = new double[width * height];
        for (int i = 0; i < light.length; i++) {
            double r = (picture.rgb()[3 * i] & 0xff) / 255.0;
            double g = (picture.rgb()[3 * i + 1] & 0xff) / 255.0;
            double b = (picture.rgb()[3 * i + 2] & 0xff) / 255.0;
            light[i] = (r + g + b) / 3;
            yellow[i] = (r + g) / 2 - b;
            red[i] = r - g;
        }
        int longer = Math.max(width, height);
        int across = Math.max(1, (int) Math.round((double) LUMINANCE * width / longer));
        int down = Math.max(1, (int) Math.round((double) LUMINANCE * height / longer));
        Channel l = channel(light, width, height, Math.max(COLOUR, across), Math.max(COLOUR, down));
        Channel p = channel(yellow, width, height, COLOUR, COLOUR);
        Channel q = channel(red, width, height, COLOUR, COLOUR);

        boolean wide = width > height;
        int first = (int) Math.round(63 * l.dc) | (int) Math.round(31.5 + 31.5 * p.dc) << 6
                | (int) Math.round(31.5 + 31.5 * q.dc) << 12 | (int) Math.round(31 * l.scale) << 18;
        int second = (wide ? down : across) | (int) Math.round(63 * p.scale) << 3 | (int) Math.round(63 * q.scale) << 9
                | (wide ? 1 << 15 : 0);
        int frequencies = l.ac.length + p.ac.length + q.ac.length;
        byte[] hash = new byte[5 + (frequencies + 1) / 2];
        for (int i = 0; i < 3; i++) {
            hash[i] = (byte) (first >> 8 * i);
        }
        hash[3] = (byte) second;
        hash[4] = (byte) (second >> 8);
        int nibble = 0;
        for (Channel channel : new Channel[] { l, p, q }) {
            for (double value : channel.ac) {
                hash[5 + nibble / 2] |= (byte) (Math.round(15 * value) << 4 * (nibble % 2));
                nibble++;
            }
        }
        return Base64.getEncoder().encodeToString(hash);
    }

    /** The cosine transform, of the triangle of low frequencies alone. */
    private static Channel channel(double[] values, int width, int height, int across, int down) {
        double dc = 0;
        double scale = 0;
        double[] ac = new double[across * down];
        int count = 0;
        for (int cy = 0; cy < down; cy++) {
            for (int cx = 0; cx * down < across * (down - cy); cx++) {
                double sum = 0;
                for (int y = 0; y < height; y++) {
                    double vertical = Math.cos(Math.PI / height * cy * (y + 0.5));
                    for (int x = 0; x < width; x++) {
                        sum += values[y * width + x] * Math.cos(Math.PI / width * cx * (x + 0.5)) * vertical;
                    }
                }
                sum /= values.length;
                if (cx == 0 && cy == 0) {
                    dc = sum;
                } else {
                    ac[count++] = sum;
                    scale = Math.max(scale, Math.abs(sum));
                }
            }
        }
        double[] scaled = new double[count];
        for (int i = 0; i < count; i++) {
            scaled[i] = scale > 0 ? 0.5 + 0.5 / scale * ac[i] : 0;
        }
        return new Channel(dc, scaled, scale);
    }
}
