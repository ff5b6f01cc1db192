package dev.parley.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;

import dev.parley.testsupport.Tools;

/** Command lines of a document, run by bash as somebody pastes them. */
final class Curl {

    private Curl() {
    }

    /**
     * @param dir where they run
     * @param filledIn what stands for what the document leaves open; each must occur
     * @return what they print
     */
    static String run(Path dir, String commands, URI server, Map<String, String> filledIn) {
        Tools.require("curl", "apt-get install curl");
        assertThat(commands).contains("http://localhost:8000/");
        String script = commands.replace("http://localhost:8000/", server.toString());
        for (Map.Entry<String, String> entry : filledIn.entrySet()) {
            assertThat(script).contains(entry.getKey());
            script = script.replace(entry.getKey(), entry.getValue());
        }
        return Tools.run(dir, "bash", "-euo", "pipefail", "-c", script);
    }
}
