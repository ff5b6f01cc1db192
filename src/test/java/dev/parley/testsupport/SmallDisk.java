package dev.parley.testsupport;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file system of a given size, where the machine lets us mount one; else the test that needs it is skipped. */
public record SmallDisk(Path path) implements AutoCloseable {

    public static SmallDisk mount(Path at, String size) throws IOException {
        Files.createDirectories(at);
        boolean mounted = run("mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", at.toString());
        assumeTrue(mounted, "This user may not mount a small disk");
        return new SmallDisk(at);
    }

    @Override
    public void close() {
        run("umount", "-l", path.toString());
    }

    private static boolean run(String... command) {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).start().onExit().join().exitValue() == 0;
        } catch (IOException absent) {
            return false;
        }
    }
}
