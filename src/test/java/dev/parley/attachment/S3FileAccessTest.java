package dev.parley.attachment;

import dev.parley.testsupport.S3Bucket;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;

@QuarkusTest
@WithTestResource(S3Bucket.class)
class S3FileAccessTest extends FileAccessContract {
}
