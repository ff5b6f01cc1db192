package dev.parley.attachment.resumable;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

import dev.parley.testsupport.Person;
import dev.parley.testsupport.SampleFiles;
import io.quarkus.test.junit.QuarkusTest;

@QuarkusTest
class DirectoryResumableUploadsTest extends ResumableUploadsContract {

    @ConfigProperty(name = "parley.data-dir")
    Path data;

    @Test
    void aDiskThatFailsAtTheEndFailsThatRequestAlone() throws IOException {
        Person ann = Person.register(base, "Ann");
        byte[] photo = Files.readAllBytes(SampleFiles.get("photo.png"));
        Set<String> others = held();
        TusClient upload = TusClient.begin(ann, photo.length, Map.of());
        String mine = held().stream().filter(file -> !others.contains(file)).findFirst().orElseThrow();
        // In the way of the copy that metadata is taken out of.
        Path inTheWay = Path.of(mine + "-whole-own");
        Files.createDirectories(inTheWay.resolve("something"));

        upload.patch(0, photo).expect(503);
        Files.delete(inTheWay.resolve("something"));
        assertThat(upload.offset()).isEqualTo(photo.length);
        assertThat(upload.state().get("state").asText()).isEqualTo("finished");
    }

    @Override
    Set<String> held() {
        try (Stream<Path> files = Files.list(data.resolve("files/partial"))) {
            return files.map(Path::toString).collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
