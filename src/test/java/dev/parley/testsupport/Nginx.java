package dev.parley.testsupport;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** Debian's nginx with the configuration that is delivered in {@code docker}, in front of processes of this machine. */
public final class Nginx implements AutoCloseable {

    private static final String PROGRAM = "nginx";

    private final Path directory;
    private final int port;
    private final Process process;

    private Nginx(Path directory, int port, Process process) {
        this.directory = directory;
        this.port = port;
        this.process = process;
    }

    public static void require() {
        Tools.require(PROGRAM, "apt-get install nginx-light");
    }

    /** In {@code target/parley/<name>}, on this port, in front of two instances; nothing but addresses and files is changed. */
    public static Nginx start(String name, int port, URI first, URI second) {
        return start(name, port, first, second, UnaryOperator.identity());
    }

    /** The same with a configuration that somebody has changed. */
    public static Nginx start(String name, int port, URI first, URI second, UnaryOperator<String> change) {
        Path directory = Path.of("target", "parley", name).toAbsolutePath();
        try {
            Database.deleteTree(directory);
            Files.createDirectories(directory);
            Files.writeString(directory.resolve("parley.conf"), change.apply(Files.readString(Path.of("docker", "nginx.conf")))
                    .replace("listen 80;", "listen 127.0.0.1:" + port + ";")
                    .replace("parley-1:8080", first.getAuthority())
                    .replace("parley-2:8080", second.getAuthority())
                    .replace("/dev/stdout", "access.log"));
            Files.writeString(directory.resolve("nginx.conf"), """
                    %s
                    daemon off;
                    worker_processes 1;
                    pid nginx.pid;
                    error_log error.log;
                    events { worker_connections 512; }
                    http {
                      client_body_temp_path body;
                      proxy_temp_path proxy;
                      fastcgi_temp_path fastcgi;
                      uwsgi_temp_path uwsgi;
                      scgi_temp_path scgi;
                      include parley.conf;
                    }
                    """.formatted(System.getProperty("user.name").equals("root") ? "user root;" : ""));
            Tools.run(directory, PROGRAM, "-t", "-p", directory.toString(), "-c", "nginx.conf", "-e", "error.log");
            Process process = new ProcessBuilder(PROGRAM, "-p", directory.toString(), "-c", "nginx.conf", "-e", "error.log")
                    .redirectErrorStream(true).redirectOutput(directory.resolve("out.log").toFile()).start();
            Nginx started = new Nginx(directory, port, process);
            await().until(started::listens);
            return started;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    public URI base() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** What it wrote of the requests that are over. */
    public String accessLog() {
        try {
            return Files.readString(directory.resolve("access.log"));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private boolean listens() {
        if (!process.isAlive()) {
            throw new AssertionError("nginx ended: see " + directory);
        }
        try (Socket probe = new Socket("127.0.0.1", port)) {
            return probe.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}
