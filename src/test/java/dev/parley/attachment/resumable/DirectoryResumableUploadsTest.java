package dev.parley.attachment.resumable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.quarkus.test.junit.QuarkusTest;

@QuarkusTest
class DirectoryResumableUploadsTest extends ResumableUploadsContract {

    @ConfigProperty(name = "parley.data-dir")
    Path data;

    @Override
    Set<String> held() {
        try (Stream<Path> files = Files.list(data.resolve("files/partial"))) {
            return files.map(Path::toString).collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
