package dev.parley.web;

import org.junit.jupiter.api.Tag;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same, asked of the packaged program: by -Psoak, and of the native one always. */
@Tag("again")
@QuarkusIntegrationTest
class TalkingIT extends TalkingTest {
}
