package dev.parley.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The bundler checks no types: the Deno that it unpacked does, and it runs the tests that need no browser. */
class TypeScriptIT {

    private static final Path TARGET = Path.of("target").toAbsolutePath();
    private static final Path SOURCES = Path.of("src/main/resources/web/app").toAbsolutePath();
    private static final Path DOCTOR = SOURCES.resolveSibling("doctor");
    private static final Path TESTS = Path.of("src/test/web").toAbsolutePath();

    /** Beside node_modules, where the libraries are looked for; nothing comes from the network. */
    @BeforeAll
    static void describeTheLibraries() throws IOException {
        Files.writeString(TARGET.resolve("package.json"), """
                {"dependencies": {"lit": "*"}}""");
        Files.writeString(TARGET.resolve("deno.json"), """
                {
                  "nodeModulesDir": "manual",
                  "compilerOptions": {
                    "experimentalDecorators": true,
                    "lib": ["dom", "dom.iterable", "deno.ns", "esnext"],
                    "strict": true,
                    "noImplicitOverride": true,
                    "noUnusedLocals": true
                  },
                  "imports": {"lit": "npm:lit@*", "lit/": "npm:/lit@*/"}
                }""");
    }

    @Test
    void everyTypeFits() throws Exception {
        deno("check", "--no-remote", "--no-lock", "--config", TARGET.resolve("deno.json").toString(),
                SOURCES.resolve("index.ts").toString(), DOCTOR.resolve("index.ts").toString());
    }

    @Test
    void theLinterFindsNothing() throws Exception {
        deno("lint", SOURCES.toString(), DOCTOR.toString(), TESTS.toString());
    }

    @Test
    void theCoreDoesWhatItSays() throws Exception {
        assertThat(deno("test", "--no-remote", "--no-lock", "--no-prompt", "--config", TARGET.resolve("deno.json").toString(),
                TESTS.toString())).containsPattern("ok \\| [1-9][0-9]+ passed");
    }

    private static String deno(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(program().toString()));
        command.addAll(Arrays.asList(arguments));
        Path output = Files.createTempFile(TARGET, "deno", ".log");
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().putAll(Map.of("NO_COLOR", "1", "DENO_DIR", TARGET.resolve("deno").toString(),
                "DENO_NO_UPDATE_CHECK", "1"));
        Process process = builder.start();
        try {
            boolean ended = process.waitFor(3, TimeUnit.MINUTES);
            String said = Files.readString(output);
            assertThat(ended).as("it ends; it said " + said).isTrue();
            assertThat(process.exitValue()).as(said).isZero();
            return said;
        } finally {
            process.destroyForcibly();
            Files.delete(output);
        }
    }

    private static Path program() throws IOException {
        try (Stream<Path> files = Files.walk(TARGET.resolve("node_modules/@deno"))) {
            return files.filter(file -> file.getFileName().toString().equals("deno") && Files.isExecutable(file)
                    && Files.isRegularFile(file)).findFirst().orElseThrow();
        }
    }
}
