package dev.parley;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** PostgreSQL's programs, unpacked once from a jar of the class path. */
final class PostgresBinaries {

    private static final Pattern VERSION = Pattern.compile("-(\\d+(?:\\.\\d+)*)\\.jar!");
    /** For both of its processors: the programs are universal. */
    static final String MAC = "postgres-darwin-arm_64.txz";

    private final Path home;
    private final boolean asRoot;

    private PostgresBinaries(Path home) {
        this.home = home;
        this.asRoot = runsAsRoot();
    }

    /** Unpacks into a directory below {@code parent} unless this version is there already, and removes other versions. */
    static PostgresBinaries in(Path parent) throws IOException {
        String name = archive();
        URL archive = PostgresBinaries.class.getResource("/" + name);
        if (archive == null) {
            throw new CannotStart("there is no embedded database for this platform (" + name
                    + "): set QUARKUS_DATASOURCE_JDBC_URL to a PostgreSQL server");
        }
        Matcher version = VERSION.matcher(archive.toString());
        Path home = parent.resolve((version.find() ? version.group(1) + "-" : "") + name.replace(".txz", ""));
        if (!Files.isDirectory(home)) {
            deleteTree(parent);
            Path partial = Files.createDirectories(parent.resolve("partial"));
            unpack(archive, partial);
            Files.move(partial, home, StandardCopyOption.ATOMIC_MOVE);
        }
        return new PostgresBinaries(home);
    }

    /** A command line that runs one of the programs, with the messages and the order of the C locale. */
    ProcessBuilder command(String program, List<String> arguments) {
        List<String> line = new ArrayList<>();
        if (asRoot) {
            // PostgreSQL refuses to run as root; in a user namespace of its own it is nobody, with root's files.
            line.addAll(List.of("unshare", "-U"));
        }
        line.add(home.resolve("bin").resolve(program).toString());
        line.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(line);
        builder.environment().put("LC_ALL", "C");
        return builder;
    }

    /** Fails with one sentence where root cannot run the programs. */
    void requireRunnable() throws IOException, InterruptedException {
        if (asRoot && !succeeds("unshare", "-U", "true")) {
            throw new CannotStart("PostgreSQL does not run as root and user namespaces are off on this machine:"
                    + " start Parley as another user, or set QUARKUS_DATASOURCE_JDBC_URL to a PostgreSQL server");
        }
    }

    static boolean succeeds(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor() == 0;
        } catch (IOException missing) {
            return false;
        }
    }

    private static boolean runsAsRoot() {
        try {
            return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
        } catch (IOException | UnsupportedOperationException notLinux) {
            return false;
        }
    }

    private static String archive() {
        if (System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac")) {
            return MAC;
        }
        String machine = switch (System.getProperty("os.arch")) {
            case "amd64", "x86_64" -> "x86_64";
            case "aarch64", "arm64" -> "arm_64";
            case String other -> other;
        };
        String libc = Files.exists(Path.of("/etc/alpine-release")) ? "-alpine_linux" : "";
        return "postgres-linux-" + machine + libc + ".txz";
    }

    private static void unpack(URL archive, Path target) throws IOException {
        try (InputStream packed = new BufferedInputStream(archive.openStream(), 1 << 16);
                TarArchiveInputStream tar = new TarArchiveInputStream(new XZInputStream(packed))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path file = target.resolve(entry.getName()).normalize();
                if (entry.isDirectory()) {
                    Files.createDirectories(file);
                    continue;
                }
                Files.createDirectories(file.getParent());
                if (entry.isSymbolicLink()) {
                    Files.createSymbolicLink(file, Path.of(entry.getLinkName()));
                } else if (entry.isLink()) {
                    Files.createLink(file, target.resolve(entry.getLinkName()).normalize());
                } else {
                    Files.copy(tar, file);
                    file.toFile().setExecutable((entry.getMode() & 0111) != 0, false);
                }
            }
        }
    }

    static void deleteTree(Path root) throws IOException {
        if (Files.exists(root)) {
            try (Stream<Path> paths = Files.walk(root)) {
                for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }
}
