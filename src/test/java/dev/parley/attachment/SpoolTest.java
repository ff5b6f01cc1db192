package dev.parley.attachment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.parley.problem.Code;
import dev.parley.problem.Refusal;
import dev.parley.testsupport.SmallDisk;
import io.quarkus.runtime.StartupEvent;

class SpoolTest {

    private static final int MIB = 1024 * 1024;

    @TempDir
    Path data;

    private Spool spool;

    @BeforeEach
    void open() {
        spool = new Spool(new DataDirectory(data));
    }

    @Test
    void anUploadIsCountedAndKeptUntilClosed() throws Exception {
        byte[] bytes = RandomFiles.bytes(200_001);

        try (Spooled spooled = spool.take(new ByteArrayInputStream(bytes), MIB)) {
            assertThat(spooled.size()).isEqualTo(200_001);
            assertThat(spooled.head()).hasSize(Spool.HEAD);
            assertThat(spooled.file()).hasBinaryContent(bytes);
        }
        assertNothingLeft();
    }

    @Test
    void theLimitItselfIsAllowedAndOneByteMoreIsNot() throws IOException {
        spool.take(new ByteArrayInputStream(RandomFiles.bytes(10 * MIB)), 10 * MIB).close();

        assertRefused(Code.FILE_TOO_LARGE, "File too large. Maximum size: 10.0MB",
                () -> spool.take(new ByteArrayInputStream(RandomFiles.bytes(10 * MIB + 1)), 10 * MIB));
    }

    @Test
    void aLimitThatIsLessThanATenthOfTheUnitIsNotSaidToBeNone() {
        assertThat(Spool.tooLarge(20 * 1024)).hasMessage("File too large. Maximum size: 20.0KB");
        assertThat(Spool.tooLarge(512 * 1024)).hasMessage("File too large. Maximum size: 0.5MB");
    }

    @Test
    void theLimitDependsOnHowTheFileBeginsAndReadingStopsThere() throws IOException {
        AtomicLong read = new AtomicLong();
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                read.incrementAndGet();
                return 'J';
            }
        };

        assertRefused(Code.FILE_TOO_LARGE, "File too large. Maximum size: 0.5MB",
                () -> spool.take(endless, head -> head[0] == 'J' ? MIB / 2 : 100 * MIB));
        assertThat(read.get()).isLessThan(MIB / 2 + 128 * 1024);
    }

    @Test
    void anEmptyFileIsRefused() throws IOException {
        assertRefused(Code.EMPTY_FILE, Code.EMPTY_FILE.sentence, () -> spool.take(InputStream.nullInputStream(), MIB));
    }

    @Test
    void aStreamThatBreaksOffLeavesNothing() throws IOException {
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("Connection reset");
            }
        };
        InputStream half = new SequenceInputStream(new ByteArrayInputStream(RandomFiles.bytes(300_000)), broken);

        assertRefused(Code.BAD_REQUEST, "The upload broke off", () -> spool.take(half, MIB));
    }

    @Test
    void whatTheRecogniserRefusesLeavesNothing() throws IOException {
        assertRefused(Code.TYPE_NOT_ALLOWED, "File type not allowed",
                () -> spool.take(new ByteArrayInputStream(new byte[10]), head -> {
                    throw new Refusal(Code.TYPE_NOT_ALLOWED);
                }));
    }

    @Test
    void whatACrashLeftIsSweptAtTheNextStart() throws IOException {
        RandomFiles.file(data.resolve("tmp/uploads"), 100);

        new Spool(new DataDirectory(data)).sweepLeftovers(new StartupEvent());

        assertNothingLeft();
    }

    @Test
    void aFullDiskSaysSoKeepsNothingAndWorksAgainAfter() throws Exception {
        try (SmallDisk small = SmallDisk.mount(data.resolve("small"), "1m")) {
            Spool full = new Spool(new DataDirectory(small.path()));

            assertThatThrownBy(() -> full.take(new ByteArrayInputStream(RandomFiles.bytes(2 * MIB)), 10 * MIB))
                    .isInstanceOfSatisfying(Refusal.class,
                            refusal -> assertThat(refusal.code).isEqualTo(Code.STORAGE_FULL));
            assertThat(DirectoryStoreTest.filesBelow(small.path())).isEmpty();
            full.take(new ByteArrayInputStream(RandomFiles.bytes(MIB / 2)), 10 * MIB).close();
        }
    }

    @Test
    void editingAFileLeavesTheBytesThatItsUploadWouldGoOnFrom() throws IOException {
        try (Spooled spooled = spool.take(new ByteArrayInputStream(new byte[] { 1, 2, 3 }), MIB)) {
            Path upload = Files.createLink(data.resolve("upload"), spooled.file());
            Files.write(spooled.own(), new byte[] { 9 });
            assertThat(spooled.edited().size()).isEqualTo(1);
            assertThat(upload).hasBinaryContent(new byte[] { 1, 2, 3 });
        }
    }

    @Test
    void aDiskTooFullForEditingKeepsNoHalfOfACopy() throws IOException {
        try (SmallDisk small = SmallDisk.mount(data.resolve("small"), "1m")) {
            Spool full = new Spool(new DataDirectory(small.path()));
            try (Spooled spooled = full.take(new ByteArrayInputStream(RandomFiles.bytes(600_000)), MIB)) {
                Path upload = Files.createLink(small.path().resolve("upload"), spooled.file());
                assertThatThrownBy(spooled::own).isInstanceOf(IOException.class);
                assertThat(DirectoryStoreTest.filesBelow(small.path())).containsOnly(upload, spooled.file());
            }
        }
    }

    private void assertRefused(Code code, String sentence, ThrowingCallable call) throws IOException {
        assertThatThrownBy(call).isInstanceOfSatisfying(Refusal.class, refusal -> {
            assertThat(refusal.code).isEqualTo(code);
            assertThat(refusal.detail()).isEqualTo(sentence);
        });
        assertNothingLeft();
    }

    private void assertNothingLeft() throws IOException {
        assertThat(Files.list(data.resolve("tmp/uploads"))).isEmpty();
    }
}
