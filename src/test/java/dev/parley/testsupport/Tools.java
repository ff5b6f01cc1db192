package dev.parley.testsupport;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Assumptions;

/** Programs of the machine that make real files for the tests and give a second opinion on them. */
public final class Tools {

    private static final long SECONDS = 180;

    private Tools() {
    }

    /**
     * Skips the running test where the program is not installed, and says how to get it. On a build server
     * ({@code CI=true}) a missing program is a failure: skipped tests prove nothing.
     */
    public static void require(String program, String install) {
        if (find(program).isEmpty()) {
            missing(program, install);
        }
    }

    /** @param name of a signal, such as {@code STOP} */
    public static void signal(String name, List<ProcessHandle> to) {
        List<String> command = new ArrayList<>(List.of("kill", "-" + name));
        to.forEach(process -> command.add(Long.toString(process.pid())));
        run(Path.of("").toAbsolutePath(), command.toArray(String[]::new));
    }

    /** Skips the running test as {@link #require} does, for anything that is not a program on the path. */
    public static void missing(String what, String install) {
        String advice = what + " is not installed. " + install;
        System.err.println("Skipping a test: " + advice);
        if ("true".equals(System.getenv("CI"))) {
            fail(advice);
        }
        Assumptions.abort(advice);
    }

    /** Where a program is installed. */
    static Optional<Path> find(String program) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator)).map(dir -> Path.of(dir, program))
                .filter(Files::isExecutable).findFirst();
    }

    /**
     * Runs a command to its end.
     *
     * @param dir where it runs
     * @return what it wrote to its standard output, as UTF-8
     */
    public static String run(Path dir, String... command) {
        try {
            Path out = Files.createTempFile("out", null);
            Path err = Files.createTempFile("err", null);
            try {
                Process process = new ProcessBuilder(command).directory(dir.toFile())
                        .redirectInput(new File("/dev/null"))
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile())
                        .start();
                await(process, command, err);
                return Files.readString(out, StandardCharsets.UTF_8);
            } finally {
                Files.delete(out);
                Files.delete(err);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void await(Process process, String[] command, Path err) throws IOException, InterruptedException {
        boolean ended = process.waitFor(SECONDS, TimeUnit.SECONDS);
        if (!ended) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        if (!ended || process.exitValue() != 0) {
            fail(String.join(" ", command) + (ended ? " failed: " : " took too long: ")
                    + new String(Files.readAllBytes(err), StandardCharsets.ISO_8859_1));
        }
    }
}
