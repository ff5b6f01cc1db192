package dev.parley.documents;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same, asked of the packaged program. */
@QuarkusIntegrationTest
class OneMessageAllDoorsIT extends OneMessageAllDoorsTest {
}
