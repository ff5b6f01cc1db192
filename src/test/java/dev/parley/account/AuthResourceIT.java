package dev.parley.account;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same, asked of the packaged program. */
@QuarkusIntegrationTest
class AuthResourceIT extends AuthResourceTest {
}
