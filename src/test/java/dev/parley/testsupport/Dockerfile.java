package dev.parley.testsupport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code docker/Dockerfile.jvm}: tests run the program as its image does. */
public final class Dockerfile {

    private static final Path FILE = Path.of("docker", "Dockerfile.jvm");

    private Dockerfile() {
    }

    /** What the first group of an expression stands for, which a whole line must match. */
    public static String find(String line) {
        try {
            Matcher matcher = Pattern.compile("^" + line + "$", Pattern.MULTILINE)
                    .matcher(Files.readString(FILE).replace("\\\n", ""));
            if (!matcher.find()) {
                throw new AssertionError(FILE + " has no line " + line);
            }
            return matcher.group(1);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** The virtual machine's options in the image's training run: its cache is good for a run with the same ones. */
    public static List<String> trainingOptions() {
        return List.of(find("RUN java -cp /training Train /parley /tmp/parley.aot (.*)").split(" "));
    }
}
