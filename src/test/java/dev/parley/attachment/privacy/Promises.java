package dev.parley.attachment.privacy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

import dev.parley.attachment.FileType;
import dev.parley.attachment.Recognised;
import dev.parley.attachment.Recogniser;

/** What holds for whatever somebody sends, be it a file of any kind or none. */
final class Promises {

    private static final FileType[] EDITED = { FileType.JPEG, FileType.PNG, FileType.GIF, FileType.WEBP, FileType.MP3,
            FileType.MP4 };
    private static final Path FILE = temporary();

    private Promises() {
    }

    /** It is recognised, and silenced: an answer each time, the same picture as before, and nothing more to do. */
    static synchronized void holdFor(byte[] sent) throws IOException {
        Files.write(FILE, sent);
        Recognised what = Recogniser.of(FILE);
        Metadata.remove(FILE, what.type());
        Recognised still = Recogniser.of(FILE);
        assertThat(still.type()).isEqualTo(what.type());
        assertThat(still.width()).isEqualTo(what.width());
        assertThat(still.height()).isEqualTo(what.height());
        isSettled(sent, what.type());
        for (FileType wrong : EDITED) {
            Files.write(FILE, sent);
            Metadata.remove(FILE, wrong);
            assertThat(Files.size(FILE)).isLessThanOrEqualTo(sent.length);
        }
    }

    private static void isSettled(byte[] sent, FileType type) throws IOException {
        byte[] once = Files.readAllBytes(FILE);
        assertThat(once.length).isLessThanOrEqualTo(sent.length);
        assertThat(Metadata.remove(FILE, type)).as("again, as " + type).isFalse();
        assertThat(FILE).hasBinaryContent(once);
    }

    private static Path temporary() {
        try {
            Path file = Files.createTempFile("sent", null);
            file.toFile().deleteOnExit();
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
