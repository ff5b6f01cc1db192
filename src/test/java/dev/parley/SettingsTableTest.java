package dev.parley;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

/** The README's table of settings is what the settings' own declarations say, and none is for tests alone. */
class SettingsTableTest {

    private static final Path SOURCES = Path.of("src", "main", "java");
    private static final Path TABLE = Path.of("target", "settings.md");
    private static final Pattern MAPPING = Pattern.compile("@ConfigMapping\\(prefix = \"([^\"]+)\"\\)");
    private static final Pattern SETTING = Pattern.compile(
            "/\\*\\*((?:[^*]|\\*(?!/))+)\\*/\\s+(?://[^\\n]*\\s+)?(@WithParentName\\s+)?(?:@WithDefault\\(\"([^\"]*)\"\\)\\s+)?"
                    + "(?:@M(?:in|ax)\\([\\d_]+\\)\\s+)*[\\w<>]+ (\\w+)\\(\\);");
    private static final Pattern COUNT = Pattern.compile("((?:@[A-Z][^\n]*\\s+)*)(?:int|OptionalInt) (\\w+)\\(\\);");
    private static final Pattern ANY = Pattern.compile("^ +[\\w<>]+ \\w+\\(\\);", Pattern.MULTILINE);

    @Test
    void theReadmeListsEverySettingWithItsDefaultAndMeaning() throws IOException {
        String table;
        try (Stream<Path> files = Files.walk(SOURCES)) {
            table = files.filter(file -> file.toString().endsWith(".java")).map(SettingsTableTest::read)
                    .filter(source -> MAPPING.matcher(source).find()).flatMap(SettingsTableTest::rows).sorted()
                    .collect(Collectors.joining("\n", "| setting | default | what it does |\n| --- | --- | --- |\n", "\n"));
        }
        Files.writeString(TABLE, table);
        assertThat(Files.readString(Path.of("README.md"))).as("README.md; the right table is in " + TABLE).contains(table);
    }

    /** Of workers or places that are none, some work would wait for ever. */
    @Test
    void everyCountHasALeast() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            assertThat(files.filter(file -> file.toString().endsWith(".java")).map(SettingsTableTest::read)
                    .filter(source -> MAPPING.matcher(source).find())
                    .flatMap(source -> COUNT.matcher(source).results()))
                    .isNotEmpty().allSatisfy(count -> assertThat(count.group(1)).as(count.group(2)).contains("@Min("));
        }
    }

    /** QUARKUS_PROFILE=test would bring them to life anywhere. */
    @Test
    void theProgramCarriesNoSettingsOfTests() throws IOException {
        assertThat(Files.readAllLines(Path.of("src", "main", "resources", "application.properties")))
                .noneMatch(line -> line.startsWith("%test."));
    }

    private static Stream<String> rows(String source) {
        MatchResult mapping = MAPPING.matcher(source).results().findFirst().orElseThrow();
        String prefix = mapping.group(1);
        String declarations = source.substring(mapping.end());
        List<MatchResult> settings = SETTING.matcher(declarations).results().toList();
        assertThat(settings).as("documented settings of " + prefix).hasSameSizeAs(ANY.matcher(declarations).results().toList());
        return settings.stream().map(setting -> "| `%s` | %s | %s |".formatted(
                setting.group(2) == null ? name(prefix, setting.group(4)) : prefix,
                setting.group(3) == null ? "none" : "`" + setting.group(3) + "`", meaning(prefix, setting.group(1))));
    }

    private static String name(String prefix, String method) {
        return prefix + "." + method.replaceAll("([A-Z])", "-$1").toLowerCase();
    }

    private static String meaning(String prefix, String comment) {
        String text = comment.replaceAll("\\s*\\n\\s*\\* ?", " ").strip().replaceAll("\\{@code ([^}]+)}", "`$1`");
        return Pattern.compile("\\{@link #(\\w+)\\(\\)}").matcher(text)
                .replaceAll(link -> "`" + name(prefix, link.group(1)) + "`");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
