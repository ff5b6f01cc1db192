package dev.parley.documents;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same, asked of the packaged program. */
@QuarkusIntegrationTest
class Document004IT extends Document004Test {
}
