package dev.parley.attachment;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same, asked of the packaged program. */
@QuarkusIntegrationTest
class FilesIT extends FilesTest {
}
