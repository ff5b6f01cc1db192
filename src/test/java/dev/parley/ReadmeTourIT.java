package dev.parley;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.parley.testsupport.ParleyProcess;
import dev.parley.testsupport.Tools;

/** The README's tour works, command by command, against the packaged program. */
class ReadmeTourIT {

    private static final Pattern BLOCK = Pattern.compile("```sh tour\n(.*?)```", Pattern.DOTALL);

    @TempDir
    Path directory;

    @Test
    void everyCommandOfTheTourDoesWhatItSays() throws Exception {
        Tools.require("curl", "apt-get install curl");
        Tools.require("jq", "apt-get install jq");
        Tools.require("ffmpeg", "apt-get install ffmpeg");
        List<String> blocks = BLOCK.matcher(Files.readString(Path.of("README.md"))).results()
                .map((MatchResult match) -> match.group(1)).toList();
        assertThat(blocks).hasSizeGreaterThanOrEqualTo(6);
        try (ParleyProcess parley = ParleyProcess.fresh("tour").start()) {
            // Debian's own python3 has the WebSocket client that apt installs, whatever else is on the PATH.
            String script = "set -euo pipefail\nexport TMPDIR=$PWD\nPATH=/usr/bin:$PATH\npython3 -c 'import websockets'\n"
                    + blocks.stream().collect(Collectors.joining("\n"))
                            .replace("URL=http://localhost:8080", "URL=http://localhost:" + parley.base().getPort())
                    + "\nkill %1\ncat frames.txt\n";
            // Who takes it again meets those of the first time, and must not wait for what they had.
            Tools.run(directory, "bash", "-c", script);
            String said = Tools.run(directory, "bash", "-c", script);
            assertThat(said).contains("\"content\": \"Hello, Bea!\"")
                    .contains("\"mime_type\": \"image/jpeg\"", "\"width\": 640", "\"height\": 480")
                    .contains("the same bytes")
                    .contains("\"last_read_seq\": 2")
                    .containsPattern("\"seq\": 1,\\s+\"content\": \"Hello, Bea!\",\\s+\"is_read\": true")
                    .contains("\"new_message\"", "\"message_read\"")
                    .contains("\"type\":\"new_message\"");
        }
    }
}
