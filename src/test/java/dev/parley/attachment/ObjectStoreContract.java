package dev.parley.attachment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import dev.parley.problem.Code;
import dev.parley.problem.Refusal;

/** What every store promises. */
@Timeout(120)
abstract class ObjectStoreContract {

    private static final int MIB = 1024 * 1024;

    @TempDir
    Path uploads;

    abstract ObjectStore store();

    @Test
    void whatIsPutCanBeRead() throws IOException {
        String key = put(100_000);

        assertThat(read(key, 0, 100_000)).isEqualTo(RandomFiles.bytes(100_000));
    }

    @Test
    void aRangeIsThoseBytesAndNoMore() throws IOException {
        String key = put(100_000);

        assertThat(read(key, 70_000, 10)).isEqualTo(Arrays.copyOfRange(RandomFiles.bytes(100_000), 70_000, 70_010));
        assertThat(read(key, 99_999, 1)).hasSize(1);
        assertThat(read(key, 5, 0)).isEmpty();
    }

    @Test
    void largeFilesArriveUnchanged() throws IOException {
        int size = 21 * MIB + 17;
        String key = put(size);

        assertThat(read(key, 0, size)).isEqualTo(RandomFiles.bytes(size));
        assertThat(read(key, 8 * MIB - 3, 6))
                .isEqualTo(Arrays.copyOfRange(RandomFiles.bytes(size), 8 * MIB - 3, 8 * MIB + 3));
    }

    @Test
    void aStreamClosedEarlyDoesNotReadTheRest() throws IOException {
        String key = put(40 * MIB);

        assertThat(Duration.ofNanos(time(() -> {
            for (int i = 0; i < 20; i++) {
                try (InputStream in = store().read(key, 0, 40 * MIB)) {
                    assertThat(in.readNBytes(10)).hasSize(10);
                }
            }
        }))).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void whatIsNotThereIsNotFound() {
        assertThatThrownBy(() -> read(ObjectStore.newKey(), 0, 1)).isInstanceOfSatisfying(Refusal.class,
                refusal -> assertThat(refusal.code).isEqualTo(Code.FILE_NOT_FOUND));
        assertThat(store().file(ObjectStore.newKey())).isEmpty();
    }

    @Test
    void deletingTwiceIsNoError() throws IOException {
        String key = put(10);

        store().delete(key);
        store().delete(key);

        assertThatThrownBy(() -> read(key, 0, 10)).isInstanceOf(Refusal.class);
    }

    @Test
    void aNameIsNoKey() throws IOException {
        Path file = RandomFiles.file(uploads, 10);
        for (String name : List.of("../../etc/passwd", "/etc/passwd", "a".repeat(16) + "/../x", "", ".", "photo.jpg",
                "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "\0".repeat(20), "a".repeat(500))) {
            assertThatIllegalArgumentException().isThrownBy(() -> store().put(name, file, "image/png"));
            assertThatIllegalArgumentException().isThrownBy(() -> store().read(name, 0, 1));
            assertThatIllegalArgumentException().isThrownBy(() -> store().delete(name));
        }
    }

    @Test
    void aThousandFilesAtOnceAllArrive() throws Exception {
        List<Future<String>> puts = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 1_000; i++) {
                int size = 1 + i;
                puts.add(threads.submit(() -> put(size)));
            }
        }
        Set<String> listed = new HashSet<>();
        store().inventory().objects(page -> page.forEach(object -> listed.add(object.key())));
        for (int i = 0; i < 1_000; i++) {
            assertThat(listed).contains(puts.get(i).get());
            assertThat(read(puts.get(i).get(), 0, 1 + i)).isEqualTo(RandomFiles.bytes(1 + i));
        }
    }

    @Test
    void aMissingSourceStoresNothing() {
        String key = ObjectStore.newKey();

        assertThatThrownBy(() -> store().put(key, uploads.resolve("gone"), "text/plain")).isInstanceOf(Refusal.class);
        assertThatThrownBy(() -> read(key, 0, 1)).isInstanceOfSatisfying(Refusal.class,
                refusal -> assertThat(refusal.code).isEqualTo(Code.FILE_NOT_FOUND));
    }

    @Test
    void everyObjectIsListedOnceInTheOrderOfKeys() throws IOException {
        String one = put(10);
        String other = put(20);
        String deleted = put(30);
        store().delete(deleted);
        List<Inventory.StoredObject> listed = new ArrayList<>();

        store().inventory().objects(page -> {
            assertThat(page).isNotEmpty().hasSizeLessThanOrEqualTo(Inventory.PAGE);
            listed.addAll(page);
        });

        assertThat(listed).extracting(Inventory.StoredObject::key).isSorted().doesNotHaveDuplicates()
                .contains(one, other).doesNotContain(deleted);
        assertThat(listed).filteredOn(object -> object.key().equals(other)).singleElement().satisfies(object -> {
            assertThat(object.size()).isEqualTo(20);
            assertThat(object.modified()).isCloseTo(Instant.now(), within(5, ChronoUnit.MINUTES));
        });
        assertThat(store().inventory().holds(one)).isTrue();
        assertThat(store().inventory().holds(deleted)).isFalse();
    }

    @Test
    void aWorkingStoreIsReachable() {
        assertThat(store().reachable()).isTrue();
    }

    String put(int size) throws IOException {
        String key = ObjectStore.newKey();
        Path file = RandomFiles.file(uploads, size);
        store().put(key, file, "application/octet-stream");
        Files.deleteIfExists(file);
        return key;
    }

    byte[] read(String key, long offset, long length) throws IOException {
        try (InputStream in = store().read(key, offset, length)) {
            return in.readAllBytes();
        }
    }

    interface Action {
        void run() throws IOException;
    }

    private static long time(Action action) throws IOException {
        long start = System.nanoTime();
        action.run();
        return System.nanoTime() - start;
    }
}
