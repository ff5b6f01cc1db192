package dev.parley.relay;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same, asked of the packaged program. */
@QuarkusIntegrationTest
class RelayIT extends RelayTest {
}
