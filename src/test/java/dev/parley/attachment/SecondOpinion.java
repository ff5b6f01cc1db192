package dev.parley.attachment;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;

import dev.parley.testsupport.Tools;

/** What other programs say about a file. */
final class SecondOpinion {

    private SecondOpinion() {
    }

    static String mime(Path file) {
        Tools.require("file", "apt-get install file");
        return Tools.run(file.getParent(), "file", "--brief", "--mime-type", file.toString()).strip();
    }

    /** One answer of ffprobe, for example {@code format=duration}; empty when it has none. */
    static String probe(Path file, String entries, String... more) {
        Tools.require("ffprobe", "apt-get install ffmpeg");
        String[] command = { "ffprobe", "-v", "error", "-show_entries", entries, "-of", "csv=p=0" };
        String[] all = Stream.of(command, more, new String[] { file.toString() })
                .flatMap(Arrays::stream)
                .toArray(String[]::new);
        return Tools.run(file.getParent(), all).strip();
    }
}
