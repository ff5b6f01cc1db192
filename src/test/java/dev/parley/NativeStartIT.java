package dev.parley;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

import dev.parley.testsupport.ParleyProcess;
import dev.parley.testsupport.Person;

/** What the native program does otherwise than the JVM's when it starts. */
@EnabledIfSystemProperty(named = "native", matches = ".*", disabledReason = "the program of this build has a database of its own")
class NativeStartIT {

    @Test
    void saysThatNoDatabaseIsConfigured() {
        try (ParleyProcess parley = ParleyProcess.neverInstalled("native-start").with("QUARKUS_DATASOURCE_JDBC_URL", "")) {
            parley.launch();
            assertThat(parley.awaitEnd()).isEqualTo(1);
            assertThat(parley.log()).content().startsWith("Parley cannot start: no database is configured").hasLineCount(1);
        }
    }

    @Test
    void takesTheDatabaseThatIsConfiguredWhenItStarts() {
        try (ParleyProcess parley = ParleyProcess.fresh("native-start")) {
            parley.start();
            Person ada = Person.register(parley.base(), "Ada");
            assertThat(parley.stop()).isZero();
            parley.start();
            assertThat(ada.get("/api/auth/me").expect(200).get("name").asText()).isEqualTo("Ada");
        }
    }
}
