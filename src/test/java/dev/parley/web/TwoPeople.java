package dev.parley.web;

import java.net.URI;
import java.nio.file.Path;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import dev.parley.testsupport.Browser;
import dev.parley.testsupport.Person;
import io.quarkus.test.common.http.TestHTTPResource;

/** Ada and Bea, each in a browser of her own, in the room of the two. */
abstract class TwoPeople {

    @RegisterExtension
    final Browser browser = new Browser();

    @TestHTTPResource("/")
    URI base;

    @TempDir
    Path directory;

    Screen sender;
    Screen friend;
    long room;

    @BeforeEach
    void twoPeopleMeet() {
        Person ada = Person.register(base, "Ada");
        Person bea = Person.register(base, "Bea");
        room = ada.room(bea);
        sender = Screen.of(browser, ada).open(room);
        friend = Screen.of(browser, bea).open(room);
    }
}
