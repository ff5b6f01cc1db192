package dev.parley.web;

import io.quarkus.test.junit.QuarkusTest;

@QuarkusTest
class HostileFilesTest extends HostileFilesContract {
}
