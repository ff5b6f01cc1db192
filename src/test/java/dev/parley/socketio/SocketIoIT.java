package dev.parley.socketio;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same, asked of the packaged program. */
@QuarkusIntegrationTest
class SocketIoIT extends SocketIoTest {
}
