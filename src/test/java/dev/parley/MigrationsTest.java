package dev.parley;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32;

import org.junit.jupiter.api.Test;

/** Migrations that databases were set up by, and what the README says of their tables. */
class MigrationsTest {

    private static final Path MIGRATIONS = Path.of("src", "main", "resources", "db", "migration");
    private static final Pattern TABLE = Pattern.compile("^create table (\\w+)", Pattern.MULTILINE);
    private static final Pattern MOVED = Pattern.compile("for table in ([^;]+); do");
    /** What instances do at the moment, unfinished uploads, and what was found in the store that is left. */
    private static final Set<String> LEFT = Set.of("service_instances", "instance_users", "writer_commits", "resumable_uploads",
            "storage_reconciliations");
    /**
     * Checksums as in {@code flyway_schema_history}. A migration comes here as it lands and is never
     * edited then: databases that it has set up would be refused.
     */
    private static final Map<String, Integer> LANDED = Map.ofEntries(
            Map.entry("V1__create_accounts_rooms_messages_and_files.sql", -2077830403),
            Map.entry("V2__find_messages_with_files.sql", -659708316),
            Map.entry("V3__add_service_instances.sql", 1102195410),
            Map.entry("V4__keep_resumable_uploads.sql", -1857633520),
            Map.entry("V5__scan_files_and_make_previews.sql", -1018679308),
            Map.entry("V6__account_for_what_is_stored.sql", -1480710650),
            Map.entry("V7__let_clients_put_uploads_into_the_bucket.sql", -633326117),
            Map.entry("V8__prove_commits.sql", -2030541652),
            Map.entry("V9__keep_where_members_came_in.sql", 2043700503),
            Map.entry("V10__find_people_by_a_part_of_their_name.sql", -2105369187),
            Map.entry("V11__count_ended_sessions.sql", -153084805),
            Map.entry("V12__find_files_to_remove.sql", -1225458698),
            Map.entry("V13__forget_what_is_deleted.sql", -1273095432));

    @Test
    void migrationsAreAsTheyLanded() throws IOException {
        try (Stream<Path> files = Files.list(MIGRATIONS)) {
            assertThat(files.collect(Collectors.toMap(file -> file.getFileName().toString(), MigrationsTest::checksum)))
                    .containsExactlyInAnyOrderEntriesOf(LANDED);
        }
    }

    @Test
    void theReadmeSaysOfEveryTableWhetherItsRowsAreMoved() throws IOException {
        Matcher loop = MOVED.matcher(Files.readString(Path.of("README.md")));
        assertThat(loop.find()).isTrue();
        Set<String> moved = Set.of(loop.group(1).split("[\\s\\\\]+"));
        assertThat(moved).doesNotContainAnyElementsOf(LEFT);
        try (Stream<Path> files = Files.list(MIGRATIONS)) {
            assertThat(files.flatMap(file -> TABLE.matcher(read(file)).results()).map(table -> table.group(1)))
                    .containsExactlyInAnyOrderElementsOf(Stream.concat(moved.stream(), LEFT.stream()).toList());
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Flyway's: of the lines, without what ends them. */
    private static int checksum(Path migration) {
        CRC32 sum = new CRC32();
        read(migration).lines().forEach(line -> sum.update(line.getBytes(StandardCharsets.UTF_8)));
        return (int) sum.getValue();
    }
}
