package dev.parley.attachment.preview;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.parley.attachment.FileType;
import dev.parley.attachment.jobs.JobKind;
import dev.parley.testsupport.SampleFiles;
import dev.parley.testsupport.Tools;

/** The programs that make previews, and what they cannot do while they read hostile bytes. */
class ChildTest {

    private static final String PATH = System.getenv("PATH");

    @TempDir
    Path home;

    private final Programs programs = new Programs(PATH);
    private Child child;

    @BeforeEach
    void require() {
        Tools.require("vipsthumbnail", "apt-get install libvips-tools");
        Tools.require("pdftoppm", "apt-get install poppler-utils");
        Tools.require("ffmpeg", "apt-get install ffmpeg");
        child = new Child(programs, home);
    }

    @Test
    void aChildHasLittleMemoryTimeAndDiskNoNetworkAndNothingOfOurEnvironment() throws Exception {
        assertHolds("test $(ulimit -v) = 1048576");
        assertHolds("test $(ulimit -t) = 15");
        assertHolds("test $(ulimit -f) = 524288");
        assertHolds("test \"$VIPS_BLOCK_UNTRUSTED\" = 1");
        assertHolds("test -z \"$PATH\" -o \"$PATH\" != '" + PATH + "'");
        assertHolds("test \"$HOME\" = '" + home + "'");
        assertThatThrownBy(() -> assertHolds("echo secret >&2; exit 3")).isInstanceOf(IOException.class)
                .hasMessage("sh ended with 3: secret");
        try (ServerSocket elsewhere = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            elsewhere.setSoTimeout(300);
            List<String> fetch = List.of("-v", "error", "-rw_timeout", "200000", "-i",
                    "tcp://127.0.0.1:" + elsewhere.getLocalPort(), "-f", "null", "-");
            assertThatThrownBy(() -> child.run("ffmpeg", fetch)).isInstanceOf(IOException.class);
            assertThatThrownBy(elsewhere::accept).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void aChildThatTakesTooLongIsKilledWithItsChildren() throws IOException {
        assertKilledWithItsChildren(child);
    }

    @Test
    void aChildThatTakesTooLongIsKilledWithItsChildrenWhereNamespacesAreNotPermitted() throws IOException {
        for (String program : List.of("vipsthumbnail", "prlimit", "sh")) {
            link(program);
        }
        Programs permitted = new Programs(home.toString());
        assertThat(permitted.isolated()).isFalse();
        assertKilledWithItsChildren(new Child(permitted, home));
    }

    private static void assertKilledWithItsChildren(Child child) {
        String sleep = "sleep 61." + Math.abs(ThreadLocalRandom.current().nextInt());
        assertThatThrownBy(() -> child.run("sh", List.of("-c", sleep + " & " + sleep), Duration.ofSeconds(1)))
                .isInstanceOf(IOException.class).hasMessageContaining("took longer");
        await().untilAsserted(() -> assertThat(ProcessHandle.allProcesses().filter(process -> process.isAlive()
                && process.info().commandLine().orElse("").contains(sleep))).isEmpty());
    }

    @Test
    void aPlaylistThatPretendsToBeAVideoOpensNothing() throws Exception {
        Maker maker = new Maker(programs);
        try (ServerSocket elsewhere = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                Workspace workspace = Workspace.in(home)) {
            elsewhere.setSoTimeout(300);
            Path secret = SampleFiles.get("start.mp4");
            Path playlist = home.resolve("video");
            for (String entry : List.of("http://127.0.0.1:" + elsewhere.getLocalPort() + "/a.ts", secret.toUri().toString())) {
                Files.writeString(playlist, "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n" + entry + "\n#EXT-X-ENDLIST\n");
                for (FileType type : List.of(FileType.MP4, FileType.AVI, FileType.MKV, FileType.FLV, FileType.BMP)) {
                    assertThatThrownBy(() -> maker.make(type, 5.0, playlist, workspace)).as(type + " " + entry)
                            .isInstanceOf(IOException.class);
                }
            }
            assertThatThrownBy(elsewhere::accept).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void aPreviewIsTheRightWayUpAndSaysNothingOfWhereItWasTaken() throws Exception {
        Tools.require("exiftool", "apt-get install libimage-exiftool-perl");
        Path photo = Files.copy(SampleFiles.get("photo.jpg"), home.resolve("photo.jpg"));
        Tools.run(home, "exiftool", "-q", "-overwrite_original", "-GPSLatitude=48.2", "-GPSLatitudeRef=N", "-Orientation#=6",
                "-Artist=Ada", "photo.jpg");
        assertThat(Tools.run(home, "exiftool", "-G1", "photo.jpg")).contains("GPS", "Ada", "Orientation");
        try (Workspace workspace = Workspace.in(home)) {
            Made made = new Maker(programs).make(FileType.JPEG, null, photo, workspace);
            assertThat(made.pictures()).allSatisfy(picture -> {
                assertThat(picture.width()).isEqualTo(123);
                assertThat(picture.height()).isEqualTo(321);
                assertThat(Tools.run(home, "exiftool", "-a", "-G1", picture.file().toString()))
                        .doesNotContain("GPS", "Ada", "Orientation", "[IFD0]", "[ICC", "XMP");
            });
        }
    }

    @Test
    void formatsThatFewPeopleSendAreNotDecodedWhateverTheyAreCalled() throws Exception {
        Path svg = Files.writeString(home.resolve("picture"),
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"/>");
        Path portable = Files.write(home.resolve("other"), "P6 1 1 255\nabc".getBytes(StandardCharsets.US_ASCII));
        try (Workspace workspace = Workspace.in(home)) {
            for (Path hostile : List.of(svg, portable)) {
                assertThatThrownBy(() -> new Maker(programs).make(FileType.PNG, null, hostile, workspace))
                        .isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void whatIsNotInstalledIsNotPromised() throws IOException {
        assertThat(programs.possible()).containsExactlyInAnyOrder(JobKind.IMAGE, JobKind.VIDEO, JobKind.PDF);
        assertThat(new Programs("").possible()).isEmpty();
        assertThat(new Programs(home.toString()).possible()).isEmpty();
        link("vipsthumbnail");
        assertThat(new Programs(home.toString()).possible()).isEmpty();
        link("prlimit");
        assertThat(new Programs(home.toString()).possible()).isEqualTo(Set.of(JobKind.IMAGE));
        assertThatThrownBy(() -> new Child(new Programs(home.toString()), home).run("ffmpeg", List.of()))
                .hasMessage("ffmpeg is not on the path");
    }

    private void link(String program) throws IOException {
        Files.createSymbolicLink(home.resolve(program), Path.of(programs.find(program).orElseThrow()));
    }

    private void assertHolds(String condition) throws IOException, InterruptedException {
        child.run("sh", List.of("-c", condition));
    }
}
