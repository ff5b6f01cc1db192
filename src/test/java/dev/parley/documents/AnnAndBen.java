package dev.parley.documents;

import java.net.URI;
import java.nio.file.Path;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import dev.parley.testsupport.Browser;
import dev.parley.testsupport.Person;
import io.quarkus.test.common.http.TestHTTPResource;

/** Two people with a room, and a browser for what a document's page does. */
abstract class AnnAndBen {

    @RegisterExtension
    final Browser browser = new Browser();

    @TempDir
    Path directory;

    @TestHTTPResource("/")
    URI base;

    Person ann;
    Person ben;
    long room;

    @BeforeEach
    void annAndBen() {
        ann = Person.register(base, "Ann");
        ben = Person.register(base, "Ben");
        room = ann.room(ben);
    }
}
