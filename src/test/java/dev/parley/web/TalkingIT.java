package dev.parley.web;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same, asked of the packaged program. */
@QuarkusIntegrationTest
class TalkingIT extends TalkingTest {
}
