package dev.parley.attachment;

import io.quarkus.test.junit.QuarkusTest;

@QuarkusTest
class FileAccessTest extends FileAccessContract {
}
