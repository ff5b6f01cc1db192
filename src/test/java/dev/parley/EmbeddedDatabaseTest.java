package dev.parley;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EmbeddedDatabaseTest {

    @Test
    void hasRoomForAllTheConnectionsThatItsServiceMayOpen() {
        for (int pool : new int[] { 0, 16, 40, 41, 200 }) {
            assertThat(Integer.parseInt(EmbeddedDatabase.settings("on", pool).get("max_connections")))
                    .isEqualTo(pool > 40 ? pool + 10 : 50);
        }
    }

    @Test
    void ofAllThatInitdbSaysTheReasonIsToldInALine() {
        assertThat(EmbeddedDatabase
                .reason("""
                        The files belonging to this database system will be owned by user "parley".
                        running bootstrap script ... 2026-11-23 08:00:00.000 UTC [7] FATAL:  could not extend file: No space left on device
                        child process exited with exit code 1
                        initdb: removing data directory "/data/postgres.new"
                        """))
                .isEqualTo("could not extend file: No space left on device");
        assertThat(EmbeddedDatabase.reason("initdb: error: could not create directory: No space left on device\n"))
                .isEqualTo("could not create directory: No space left on device");
        assertThat(EmbeddedDatabase.reason("Bus error\n")).isEqualTo("Bus error");
        assertThat(EmbeddedDatabase.reason("")).isEmpty();
    }
}
