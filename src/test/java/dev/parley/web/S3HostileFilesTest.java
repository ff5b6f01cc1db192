package dev.parley.web;

import dev.parley.testsupport.S3Bucket;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;

@QuarkusTest
@WithTestResource(S3Bucket.class)
class S3HostileFilesTest extends HostileFilesContract {
}
