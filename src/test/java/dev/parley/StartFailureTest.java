package dev.parley;

import static org.assertj.core.api.Assertions.assertThat;

import org.flywaydb.core.api.FlywayException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** What the configuration's own messages come to. Those that pass through a whole start are in {@link StartIT}. */
class StartFailureTest {

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', value = {
            "java.lang.IllegalArgumentException: SRCFG00039: The config property parley.store with the config value \"s4\" threw"
                    + " an Exception whilst being converted SRCFG00049: Cannot convert s4 to enum class"
                    + " dev.parley.attachment.StoreChoice$Kind, allowed values: s3,directory"
                    + "| parley.store cannot be \"s4\": allowed values: s3,directory",
            "SRCFG00039: The config property parley.files.quota with the config value \"1 GB\" threw an Exception whilst being"
                    + " converted value 1 GB not in correct format (regular expression): [0-9]+[BbKkMmGgTtPpEeZzYy]?"
                    + "| parley.files.quota cannot be \"1 GB\": it must be a size such as 500K, 10M or 2G",
            "SRCFG00039: The config property parley.drain with the config value \"five\" threw an Exception whilst being"
                    + " converted Invalid duration: five"
                    + "| parley.drain cannot be \"five\": it must be a time such as 5s, 10m or 12h",
            "SRCFG00039: The config property quarkus.http.port with the config value \"abc\" threw an Exception whilst being"
                    + " converted SRCFG00029: Expected an integer value, got \"abc\""
                    + "| quarkus.http.port cannot be \"abc\": Expected an integer value, got \"abc\"",
            "SRCFG00040: The config property parley.drain is defined as the empty String (\"\") which the following Converter"
                    + " considered to be null: io.quarkus.runtime.configuration.DurationConverter"
                    + "| parley.drain is set to nothing",
            "SRCFG00050: parley.files.qouta in SysPropConfigSource does not map to any root"
                    + "| there is no setting parley.files.qouta, which is in SysPropConfigSource" }, delimiter = '|')
    void aWrongValueIsToldWithoutCodesAndClasses(String message, String sentence) {
        assertThat(StartFailure.sentence(message)).isEqualTo(sentence);
    }

    @ParameterizedTest
    @CsvSource({ "42501, permission denied for schema public, grant create on schema public",
            "57P03, the database system is starting up, is starting or stopping",
            "53300, sorry; too many clients already, has no connection left" })
    void whatADatabaseRefusesAtAFirstStartIsToldInOneSentence(String state, String message, String sentence) {
        PSQLException refused = new PSQLException(new ServerErrorMessage("SFATAL\0C" + state + "\0M" + message + "\0"));
        assertThat(StartFailure.sentence(new IllegalStateException(refused))).contains(sentence, message);
    }

    @Test
    void aDatabaseOfSomethingElseIsToldOf() {
        assertThat(StartFailure.sentence(new FlywayException("Found non-empty schema(s) \"public\" but no schema history table."
                + " Use baseline() or set baselineOnMigrate to true to initialize the schema history table.")))
                .isEqualTo("the database has tables that are not Parley's: give it one that is empty");
    }
}
