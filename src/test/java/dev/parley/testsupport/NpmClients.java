package dev.parley.testsupport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The official JavaScript libraries that clients use, in the versions of {@code src/test/js/package.json}. Where they are not
 * installed, the running test is skipped and says by which command they are, as in {@link Tools#require}.
 */
public final class NpmClients {

    private static final Path WANTED = Path.of("src", "test", "js", "package.json");
    private static final Path HOME = Path.of("target", "clients");
    private static final String INSTALL = "mkdir -p target/clients && cp src/test/js/package.json target/clients/ && npm "
            + "install --prefix target/clients --no-package-lock --no-audit --no-fund --ignore-scripts";

    private NpmClients() {
    }

    /** A file of a package, such as {@code socket.io-client/dist/socket.io.js}. */
    public static Path file(String path) {
        require();
        Path file = HOME.resolve("node_modules").resolve(path).toAbsolutePath();
        if (!Files.exists(file)) {
            throw new IllegalArgumentException("There is no " + file);
        }
        return file;
    }

    /**
     * The script a page needs to run source that imports packages and may be written in TypeScript and JSX.
     *
     * @param sources by path, such as {@code components/App.tsx}; they import each other as {@code @/components/App}
     * @param entry the path of the one that is run
     */
    public static String bundle(Map<String, String> sources, String entry) {
        String esbuild = file("esbuild/bin/esbuild").toString();
        Tools.require("node", "apt-get install nodejs");
        try {
            // Beside node_modules, where imports are looked for.
            Path dir = HOME.toAbsolutePath().resolve("page");
            for (Map.Entry<String, String> source : sources.entrySet()) {
                Files.createDirectories(dir.resolve(source.getKey()).getParent());
                Files.writeString(dir.resolve(source.getKey()), source.getValue());
            }
            return Tools.run(dir, "node", esbuild, entry, "--bundle", "--alias:@=.", "--format=iife", "--log-level=error",
                    "--define:process.env.NODE_ENV=\"production\"");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void require() {
        try {
            Path installed = HOME.resolve("package.json");
            if (!Files.exists(installed) || Files.mismatch(WANTED, installed) >= 0
                    || !Files.isDirectory(HOME.resolve("node_modules"))) {
                Tools.missing("What " + WANTED + " lists", INSTALL);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
