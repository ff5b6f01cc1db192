package dev.parley.attachment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {

    @TempDir
    Path root;

    @Test
    void filesAreTheBusinessOfOneUserUnlessSomebodyOpenedThemToOthers() throws IOException {
        DataDirectory data = new DataDirectory(root.resolve("data"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.files()))).isEqualTo("rwx------");

        Files.setPosixFilePermissions(data.files(), PosixFilePermissions.fromString("rwxr-x---"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.files()))).isEqualTo("rwxr-x---");
    }

    @Test
    void whatACrashLeftIsSweptAtTheNextStart() throws IOException {
        DataDirectory crashed = new DataDirectory(root);
        Path half = RandomFiles.file(crashed.uploads(), 100);

        DataDirectory next = new DataDirectory(root);
        next.sweep(next.uploads());

        assertThat(half).doesNotExist();
        next.leave();
    }

    @Test
    void whatAnotherProgramIsReceivingIsLeftAlone() throws IOException {
        DataDirectory running = new DataDirectory(root);
        running.sweep(running.uploads());
        Path arriving = RandomFiles.file(running.uploads(), 100);
        Path forgotten = RandomFiles.file(running.uploads(), 100);
        Files.setLastModifiedTime(forgotten, FileTime.from(Instant.now().minus(Duration.ofDays(2))));

        DataDirectory starting = new DataDirectory(root);
        starting.sweep(starting.uploads());

        assertThat(arriving).exists();
        assertThat(forgotten).doesNotExist();
        running.leave();
        starting.sweep(starting.uploads());
        assertThat(arriving).as("after the other has ended").doesNotExist();
        starting.leave();
    }
}
