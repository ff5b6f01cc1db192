package dev.parley;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

/** The order in which the README has the packages read leaves none out. */
class ReadingOrderTest {

    private static final Pattern NAMED = Pattern.compile("`(\\w+)` \\(");

    @Test
    void theReadmeSaysWhenToReadEachPackage() throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        String order = readme.substring(readme.indexOf("Read the packages of `dev.parley`"));
        try (Stream<Path> files = Files.list(Path.of("src", "main", "java", "dev", "parley"))) {
            assertThat(NAMED.matcher(order).results().map(named -> named.group(1))).containsExactlyInAnyOrderElementsOf(
                    files.filter(Files::isDirectory).map(directory -> directory.getFileName().toString()).toList());
        }
    }
}
