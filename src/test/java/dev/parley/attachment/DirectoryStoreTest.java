package dev.parley.attachment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.parley.problem.Code;
import dev.parley.problem.Refusal;
import dev.parley.testsupport.SmallDisk;

class DirectoryStoreTest extends ObjectStoreContract {

    @TempDir
    Path root;

    private DirectoryStore store;

    @BeforeEach
    void open() {
        store = new DirectoryStore(root);
    }

    @Override
    ObjectStore store() {
        return store;
    }

    @Test
    void aFileOfTheSameDiskIsMovedNotCopied() throws IOException {
        Path file = RandomFiles.file(uploads, 100);

        store.put(ObjectStore.newKey(), file, "image/png");

        assertThat(file).doesNotExist();
    }

    @Test
    void aFileOfAnotherDiskIsCopied() throws Exception {
        try (SmallDisk other = SmallDisk.mount(root.resolve("other"), "4m")) {
            String key = ObjectStore.newKey();
            store.put(key, RandomFiles.file(other.path(), 70_000), "image/png");

            assertThat(read(key, 0, 70_000)).isEqualTo(RandomFiles.bytes(70_000));
        }
    }

    @Test
    void aFullDiskSaysSoKeepsNothingAndWorksAgainAfter() throws Exception {
        try (SmallDisk small = SmallDisk.mount(root.resolve("small"), "1m")) {
            DirectoryStore full = new DirectoryStore(small.path());
            String key = ObjectStore.newKey();
            Path file = RandomFiles.file(uploads, 2_000_000);

            assertThatThrownBy(() -> full.put(key, file, "image/png")).isInstanceOfSatisfying(Refusal.class,
                    refusal -> assertThat(refusal.code).isEqualTo(Code.STORAGE_FULL));

            assertThat(filesBelow(small.path())).isEmpty();
            full.put(key, RandomFiles.file(uploads, 500_000), "image/png");
            assertThat(full.file(key)).isPresent();
        }
    }

    /** As on a disk that may only be read, whoever the test runs as. */
    @Test
    void aPlaceWhereNothingCanBeMadeIsAStoreThatIsAway() throws IOException {
        Path file = Files.createFile(root.resolve("no-directory"));

        assertThatThrownBy(() -> new DirectoryPartials(file)).isInstanceOfSatisfying(Refusal.class,
                refusal -> assertThat(refusal.code).isEqualTo(Code.STORE_UNAVAILABLE));
    }

    @Test
    void whatGrowsIsListedUnderTheKeyOfItsUploadAndCanBeGivenUp() throws IOException {
        String key = ObjectStore.newKey();
        new DirectoryPartials(root);
        Path partial = root.resolve("partial");
        for (String name : List.of(key, key + "-whole", key + "-whole-own", key + "-notes", "somebody-elses-file")) {
            Files.writeString(partial.resolve(name), "abc");
        }
        List<Inventory.Unfinished> listed = new ArrayList<>();

        store.inventory().unfinished(listed::addAll);

        assertThat(listed).hasSize(3).extracting(Inventory.Unfinished::key).containsOnly(key);
        store.inventory().abandon(listed.getLast());
        store.inventory().abandon(listed.getLast());
        assertThat(partial.resolve(key + "-whole-own")).doesNotExist();
        assertThat(filesBelow(partial)).hasSize(4);
        listed.forEach(store.inventory()::abandon);
        assertThat(filesBelow(partial)).hasSize(2);
    }

    @Test
    void aDirectoryThatIsGoneIsNotReachable() throws IOException {
        Files.delete(root.resolve("incoming"));

        assertThat(store.reachable()).isFalse();
    }

    static List<Path> filesBelow(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }
}
