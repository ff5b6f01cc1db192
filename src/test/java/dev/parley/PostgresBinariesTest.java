package dev.parley;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;

import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.tukaani.xz.XZInputStream;

class PostgresBinariesTest {

    @Test
    void oneArchiveIsForBothProcessorsOfAMac() throws IOException {
        try (TarArchiveInputStream archive = new TarArchiveInputStream(new XZInputStream(
                PostgresBinaries.class.getResourceAsStream("/" + PostgresBinaries.MAC)))) {
            TarArchiveEntry entry = archive.getNextEntry();
            while (!entry.getName().endsWith("bin/postgres")) {
                entry = archive.getNextEntry();
            }
            // The head of a universal program, and how many are in it (Mach-O, fat.h).
            assertThat(archive.readNBytes(8)).asHexString().isEqualToIgnoringCase("CAFEBABE00000002");
        }
    }
}
