package dev.parley.attachment;

import io.quarkus.test.junit.QuarkusTest;

@QuarkusTest
class DirectoryFilesOverHttpTest extends FilesOverHttpContract {
}
