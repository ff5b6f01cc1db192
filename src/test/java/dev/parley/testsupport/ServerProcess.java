package dev.parley.testsupport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;

import org.awaitility.Awaitility;

/** A server that Parley needs, in a process of its own: it can be killed and started again, and ends with this one. */
final class ServerProcess {

    private final Path log;
    private final List<String> command;
    private final Callable<Boolean> answers;
    private Process process;

    private ServerProcess(Path log, List<String> command, Callable<Boolean> answers) {
        this.log = log;
        this.command = command;
        this.answers = answers;
        this.process = launch();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> process.destroyForcibly()));
    }

    /** Returns when it answers. @param answers false, or any exception, as long as it does not */
    static ServerProcess start(Path log, List<String> command, Callable<Boolean> answers) {
        ServerProcess made = new ServerProcess(log, command, answers);
        made.awaitAnswer();
        return made;
    }

    /** As a crash or a power cut would end it. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** After {@link #kill()}, at the same address. */
    void restart() {
        process = launch();
        awaitAnswer();
    }

    void stop() {
        process.destroy();
        process.onExit().join();
    }

    /** @param name of a signal, such as {@code STOP} */
    void signal(String name) {
        Tools.signal(name, List.of(process.toHandle()));
    }

    private Process launch() {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile())).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitAnswer() {
        Awaitility.await().atMost(Duration.ofSeconds(60)).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(50))
                .failFast("It has ended, see " + log, () -> !process.isAlive()).ignoreExceptions().until(answers);
    }
}
