package dev.parley.attachment;

import dev.parley.testsupport.S3Bucket;
import dev.parley.testsupport.Scanner;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;

@QuarkusTest
@WithTestResource(Scanner.class)
@WithTestResource(S3Bucket.class)
class S3PreviewsTest extends PreviewsScene {
}
