package dev.parley.testsupport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import dev.parley.attachment.Recogniser;
import dev.parley.attachment.privacy.Metadata;

/**
 * Real files of every kind, made once by the programs people use and kept until the tests end. Pictures measure 321×123,
 * videos 320×240; videos and sound last two seconds. They tell nothing of where and with what they were made, so that the
 * service has nothing to remove and gives them back byte for byte.
 */
public final class SampleFiles {

    private static final String PICTURE = "-size 321x123 gradient:red-blue";
    private static final String VIDEO = "-f lavfi -i testsrc=size=320x240:rate=10:duration=2";
    private static final String SOUND = "-f lavfi -i sine=frequency=440:duration=2";
    private static final String BOTH = VIDEO + " " + SOUND;
    private static final String H264 = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p -g 10";
    private static final String VP8 = "-c:v libvpx -deadline realtime -cpu-used 8 -g 10 -c:a libopus";

    private static final Map<String, String> IMAGES = new TreeMap<>(Map.ofEntries(
            Map.entry("photo.jpg", PICTURE),
            Map.entry("progressive.jpg", PICTURE + " -interlace JPEG"),
            Map.entry("grey.jpg", PICTURE + " -colorspace Gray"),
            Map.entry("photo.png", PICTURE),
            Map.entry("palette.png", PICTURE + " -colors 16 -interlace PNG"),
            Map.entry("photo.gif", PICTURE),
            Map.entry("animated.gif", PICTURE + " -size 321x123 gradient:green-white"),
            Map.entry("lossy.webp", PICTURE),
            Map.entry("lossless.webp", PICTURE + " -define webp:lossless=true"),
            Map.entry("alpha.webp", "-size 321x123 gradient:none-blue"),
            Map.entry("photo.bmp", PICTURE)));

    private static final Map<String, String> VIDEOS = new TreeMap<>(Map.ofEntries(
            Map.entry("end.mp4", BOTH + " " + H264 + " -c:a aac"),
            Map.entry("start.mp4", BOTH + " " + H264 + " -c:a aac -movflags +faststart"),
            Map.entry("fragments.mp4", BOTH + " " + H264 + " -c:a aac -movflags +frag_keyframe+empty_moov"),
            Map.entry("silent.mp4", VIDEO + " " + H264),
            Map.entry("clip.mov", BOTH + " " + H264 + " -c:a aac"),
            Map.entry("clip.webm", BOTH + " " + VP8),
            Map.entry("live.webm", BOTH + " " + VP8 + " -live 1"),
            Map.entry("clip.mkv", BOTH + " " + H264 + " -c:a aac"),
            Map.entry("clip.avi", BOTH + " -c:v mpeg4 -c:a libmp3lame"),
            Map.entry("clip.flv", BOTH + " -c:v flv -c:a libmp3lame -ar 44100"),
            Map.entry("untold.flv", BOTH + " -c:v flv -c:a libmp3lame -ar 44100 -flvflags no_metadata")));

    private static final Map<String, String> VOICES = new TreeMap<>(Map.ofEntries(
            Map.entry("vbr.mp3", SOUND + " -c:a libmp3lame -q:a 4 -metadata title=Hello"),
            Map.entry("cbr.mp3", SOUND + " -c:a libmp3lame -b:a 64k -write_xing 0 -id3v2_version 0 -write_id3v1 1"),
            Map.entry("low.mp3", SOUND + " -c:a libmp3lame -ar 16000 -b:a 24k -write_xing 0"),
            Map.entry("voice.wav", SOUND),
            Map.entry("telephone.wav", SOUND + " -c:a pcm_mulaw -ar 8000"),
            Map.entry("opus.ogg", SOUND + " -c:a libopus"),
            Map.entry("vorbis.ogg", SOUND + " -c:a libvorbis"),
            Map.entry("voice.webm", SOUND + " -c:a libopus"),
            Map.entry("live-voice.webm", SOUND + " -c:a libopus -live 1"),
            Map.entry("voice.mka", SOUND + " -c:a aac"),
            Map.entry("voice.m4a", SOUND + " -c:a aac"),
            Map.entry("voice.mp4", SOUND + " -c:a aac"),
            Map.entry("voice-fragments.mp4", SOUND + " -c:a aac -movflags +empty_moov -frag_duration 500000"),
            Map.entry("voice.mov", SOUND + " -c:a aac"),
            Map.entry("voice.aac", SOUND + " -c:a aac")));

    private static final List<String> DOCUMENTS = List.of("letter.doc", "letter.docx", "letter.pdf", "table.xls",
            "table.xlsx");

    private static final Path DIR = directory();

    private SampleFiles() {
    }

    public static Collection<String> images() {
        return IMAGES.keySet();
    }

    public static Collection<String> videos() {
        return VIDEOS.keySet();
    }

    public static Collection<String> voices() {
        return VOICES.keySet();
    }

    public static Collection<String> documents() {
        return DOCUMENTS;
    }

    /** The file of one of these names; the test is skipped where the program that makes it is missing. */
    public static synchronized Path get(String name) {
        Path file = DIR.resolve(name);
        if (!Files.exists(file)) {
            make(name, file);
        }
        return file;
    }

    private static void make(String name, Path file) {
        if (IMAGES.containsKey(name)) {
            Tools.require("convert", "apt-get install imagemagick");
            run("convert " + IMAGES.get(name), file);
        } else if (DOCUMENTS.contains(name)) {
            office(name);
        } else {
            Tools.require("ffmpeg", "apt-get install ffmpeg");
            run("ffmpeg -v error -threads 1 " + VIDEOS.getOrDefault(name, VOICES.getOrDefault(name, "")), file);
        }
        try {
            Metadata.remove(file, Recogniser.of(file).type());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void run(String command, Path file) {
        List<String> words = new ArrayList<>(Arrays.asList(command.split(" ")));
        words.add(file.toString());
        Tools.run(DIR, words.toArray(String[]::new));
    }

    private static void office(String name) {
        Tools.require("soffice", "apt-get install libreoffice-writer-nogui libreoffice-calc-nogui");
        String source = name.startsWith("letter") ? "letter.txt" : "table.csv";
        try {
            Files.writeString(DIR.resolve(source), "Dear all,some,numbers\n1,2,3\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        // A profile of its own, so that no running or half-installed office interferes.
        Tools.run(DIR, "soffice", "-env:UserInstallation=" + DIR.resolve("office").toUri(), "--headless", "--norestore",
                "--convert-to", name.substring(name.indexOf('.') + 1), source);
    }

    private static Path directory() {
        try {
            Path dir = Files.createTempDirectory("samples");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(dir)));
            return dir;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path dir) {
        try (Stream<Path> files = Files.walk(dir)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            System.err.println("Could not delete " + dir + ": " + e);
        }
    }
}
