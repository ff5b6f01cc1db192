package dev.parley.attachment.privacy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import dev.parley.testsupport.SampleFiles;
import dev.parley.testsupport.Tools;

/**
 * Files that give their makers away in every way that exiftool and ffmpeg can write. Whatever gives somebody away contains
 * {@value #MARK} or the place.
 */
final class TellingFiles {

    static final String MARK = "Secret";
    static final String PLACE = "13.7563";
    static final List<String> PICTURES = List.of("photo.jpg", "progressive.jpg", "photo.png", "palette.png", "lossy.webp",
            "lossless.webp", "animated.gif");
    static final List<String> MOVIES = List.of("end.mp4", "start.mp4", "fragments.mp4", "clip.mov", "voice.m4a");
    static final List<String> SOUNDS = List.of("vbr.mp3");

    private static final String TEXT = "-XMP-dc:Creator=SecretPerson -XMP-exif:GPSLatitude=13.7563 -Comment=SecretPlace";
    private static final String EXIF = "-Make=SecretCamera -Model=SecretPhone -SerialNumber=SecretNumber "
            + "-GPSLatitude=13.7563 -GPSLatitudeRef=N -GPSLongitude=100.5018 -GPSLongitudeRef=E -Artist=SecretPerson "
            + "-DateTimeOriginal=2020:01:02T03:04:05 -Orientation=6 -IPTC:City=SecretPlace " + TEXT;
    private static final String QUICKTIME = "-QuickTime:Make=SecretCamera -UserData:Model=SecretPhone "
            + "-Keys:GPSCoordinates=13.7563,100.5018,10 -ItemList:Comment=SecretPlace "
            + "-QuickTime:CreateDate=2020:01:02T03:04:05 -Track1:TrackCreateDate=2020:01:02T03:04:05 "
            + "-XMP-dc:Creator=SecretPerson";
    private static final String SUBTITLES = "1\n00:00:00,000 --> 00:00:00,900\nSecretPlace GPS (13.7563, 100.5018, 19)\n\n"
            + "2\n00:00:01,000 --> 00:00:02,000\nSecretPlace GPS (13.7564, 100.5019, 19)\n\n";
    /** What devices wrote down while they filmed is in a track of its own; DJI's is a subtitle, GoPro's has its own name. */
    private static final String TRACK = "-map 0 -map 1 -c copy -c:s mov_text -metadata:s:v rotate=90 "
            + "-metadata:s:v handler_name=SecretCamera -metadata location=+13.7563+100.5018/ -metadata title=SecretTitle";

    private final Path dir;

    private TellingFiles(Path dir) {
        this.dir = dir;
    }

    static List<String> names() {
        return Stream.of(PICTURES, MOVIES, SOUNDS).flatMap(List::stream).toList();
    }

    /** Makes all of them in a directory. */
    static void make(Path dir) throws IOException {
        Tools.require("exiftool", "apt-get install libimage-exiftool-perl");
        Tools.require("ffmpeg", "apt-get install ffmpeg");
        TellingFiles files = new TellingFiles(dir);
        files.pictures();
        files.movies();
        files.sound();
    }

    /** All of them, in memory. */
    static List<byte[]> read() {
        try {
            Path dir = Files.createTempDirectory("telling");
            make(dir);
            List<byte[]> files = new ArrayList<>();
            for (String name : names()) {
                files.add(Files.readAllBytes(dir.resolve(name)));
            }
            try (Stream<Path> made = Files.list(dir)) {
                made.forEach(file -> file.toFile().delete());
            }
            Files.delete(dir);
            return files;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void pictures() throws IOException {
        Files.write(dir.resolve("profile.icc"), profile());
        for (String name : PICTURES) {
            Files.copy(SampleFiles.get(name), dir.resolve(name));
        }
        run("exiftool -q -q -m -n -overwrite_original " + EXIF + " -ICC_Profile<=profile.icc", PICTURES.subList(0, 6));
        run("exiftool -q -q -m -n -overwrite_original " + TEXT, PICTURES.subList(6, 7));
        // A thumbnail that tells as much as the picture, and a film behind the end as phones take it.
        Files.copy(dir.resolve("photo.jpg"), dir.resolve("thumbnail.bin"));
        run("exiftool -q -q -m -overwrite_original -ThumbnailImage<=thumbnail.bin", List.of("progressive.jpg"));
        append("photo.jpg", Files.readAllBytes(dir.resolve("progressive.jpg")));
        for (String name : PICTURES) {
            append(name, "SecretTrailer".getBytes(StandardCharsets.US_ASCII));
        }
    }

    private void movies() throws IOException {
        Files.writeString(dir.resolve("places.srt"), SUBTITLES);
        for (String name : MOVIES) {
            String more = name.equals("start.mp4") ? " -movflags +faststart"
                    : name.equals("fragments.mp4") ? " -movflags +frag_keyframe+empty_moov" : "";
            boolean voice = name.endsWith("m4a");
            run("ffmpeg -v error -i " + SampleFiles.get(name) + " -i places.srt "
                    + (voice ? "-map 0 -c copy -metadata comment=SecretPlace" : TRACK) + more, List.of(name));
        }
        List<String> whole = MOVIES.stream().filter(name -> !name.equals("fragments.mp4")).toList();
        run("exiftool -q -q -m -overwrite_original " + QUICKTIME, whole);
        // The same track by another's name.
        byte[] movie = Files.readAllBytes(dir.resolve("clip.mov"));
        replace(movie, "text", "meta");
        Files.write(dir.resolve("clip.mov"), movie);
        append("end.mp4", "\0\0\0\0SecretTrailer".getBytes(StandardCharsets.US_ASCII));
        append("start.mp4", "\0\0\0\u0007SecretTrailer".getBytes(StandardCharsets.US_ASCII));
    }

    /** Text, private and picture frames at the start, APE and ID3v1 tags at the end. */
    private void sound() throws IOException {
        run("ffmpeg -v error -i " + SampleFiles.get("vbr.mp3") + " -i progressive.jpg -map 0 -map 1 -c copy "
                + "-disposition:v attached_pic -metadata title=Hello -metadata artist=Ann -metadata comment=SecretPlace "
                + "-metadata device=SecretPhone -metadata id3v2_priv.maker=SecretCamera", SOUNDS);
        ByteArrayOutputStream tail = new ByteArrayOutputStream();
        byte[] item = "\u000b\0\0\0\0\0\0\0Comment\0SecretPlace".getBytes(StandardCharsets.ISO_8859_1);
        tail.write(ape(item.length, 0xa0000000));
        tail.write(item);
        tail.write(ape(item.length, 0x80000000));
        tail.write(Arrays.copyOf("TAGSecretTitle".getBytes(StandardCharsets.US_ASCII), 128));
        append("vbr.mp3", tail.toByteArray());
    }

    /** The head or the foot of an APE tag, version 2. */
    static byte[] ape(int itemLength, int flags) {
        return ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN).put("APETAGEX".getBytes(StandardCharsets.US_ASCII))
                .putInt(2000).putInt(itemLength + 32).putInt(1).putInt(flags).array();
    }

    /** A colour profile as short as one can be: a header and one tag. */
    private static byte[] profile() {
        byte[] text = "text\0\0\0\0Colours\0".getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(144 + text.length).putInt(0, 144 + text.length).putInt(8, 0x02100000)
                .put(12, "mntrRGB XYZ ".getBytes(StandardCharsets.US_ASCII)).put(36, "acsp".getBytes(StandardCharsets.US_ASCII))
                .putInt(68, 0xf6d6).putInt(72, 0x10000).putInt(76, 0xd32d).putInt(128, 1)
                .put(132, "cprt".getBytes(StandardCharsets.US_ASCII)).putInt(136, 144).putInt(140, text.length)
                .put(144, text).array();
    }

    static int find(byte[] in, String what) {
        byte[] wanted = what.getBytes(StandardCharsets.ISO_8859_1);
        for (int i = 0; i <= in.length - wanted.length; i++) {
            if (in[i] == wanted[0] && Arrays.equals(in, i, i + wanted.length, wanted, 0, wanted.length)) {
                return i;
            }
        }
        return -1;
    }

    private static void replace(byte[] in, String what, String with) {
        for (int at = find(in, what); at >= 0; at = find(in, what)) {
            System.arraycopy(with.getBytes(StandardCharsets.US_ASCII), 0, in, at, with.length());
        }
    }

    private void append(String name, byte[] more) throws IOException {
        ByteArrayOutputStream longer = new ByteArrayOutputStream();
        longer.write(Files.readAllBytes(dir.resolve(name)));
        longer.write(more);
        Files.write(dir.resolve(name), longer.toByteArray());
    }

    private void run(String command, List<String> files) {
        Tools.run(dir, Stream.concat(Arrays.stream(command.split(" ")), files.stream()).toArray(String[]::new));
    }
}
