package dev.parley.attachment.preview;

import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Runs a program on hostile bytes: with little memory and processor time and no large files, without a network where that
 * can be had, without the environment of this program, without a shell, and not for long.
 */
final class Child {

    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final int MOST_COMPLAINT = 500;

    private final Programs programs;
    private final Path home;

    /** @param home of its own, the only place where it is told to write */
    Child(Programs programs, Path home) {
        this.programs = programs;
        this.home = home;
    }

    /**
     * Runs a program to its end.
     *
     * @param program its name, which must be on the path
     * @throws IOException with what it complained of, when it fails
     * @throws TooSlow when it takes too long
     */
    void run(String program, List<String> arguments) throws IOException, InterruptedException {
        run(program, arguments, LONGEST);
    }

    void run(String program, List<String> arguments, Duration longest) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(programs.limited());
        command.add(programs.find(program).orElseThrow(() -> new IOException(program + " is not on the path")));
        command.addAll(arguments);
        Path complaints = home.resolve("stderr");
        ProcessBuilder builder = new ProcessBuilder(command).directory(home.toFile())
                .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(Redirect.DISCARD)
                .redirectError(complaints.toFile());
        builder.environment().clear();
        builder.environment().putAll(Map.of("VIPS_BLOCK_UNTRUSTED", "1", "VIPS_CONCURRENCY", "1", "LC_ALL", "C.UTF-8",
                "HOME", home.toString(), "TMPDIR", home.toString()));
        Process process = builder.start();
        try {
            if (!process.waitFor(longest.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new TooSlow(program + " took longer than " + longest);
            }
            if (process.exitValue() != 0) {
                throw new IOException(program + " ended with " + process.exitValue() + ": " + beginning(complaints));
            }
        } finally {
            end(process);
        }
    }

    /**
     * Waits until nothing of it runs. In a process namespace all end with the first of them, which is what {@code unshare}
     * started and waits for: killed before its parent, it leaves nobody behind for another to bury.
     */
    private static void end(Process process) throws InterruptedException {
        List<ProcessHandle> children = process.descendants().toList();
        children.forEach(ProcessHandle::destroyForcibly);
        try {
            if (!children.isEmpty()) {
                process.waitFor(1, TimeUnit.SECONDS);
            }
        } finally {
            process.destroyForcibly();
        }
        process.waitFor(5, TimeUnit.SECONDS);
    }

    /** Worth no second try, which would keep other files waiting as long again. */
    static final class TooSlow extends IOException {

        private static final long serialVersionUID = 1L;

        TooSlow(String message) {
            super(message);
        }
    }

    private static String beginning(Path complaints) throws IOException {
        try (InputStream in = Files.newInputStream(complaints)) {
            return new String(in.readNBytes(MOST_COMPLAINT), StandardCharsets.UTF_8).strip().replaceAll("\\s+", " ");
        }
    }
}
