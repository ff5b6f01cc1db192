package dev.parley.attachment.resumable;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import jakarta.inject.Inject;

import org.eclipse.microprofile.config.ConfigProvider;

import dev.parley.testsupport.S3Bucket;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.MultipartUpload;

@QuarkusTest
@WithTestResource(S3Bucket.class)
class S3ResumableUploadsTest extends ResumableUploadsContract {

    @Inject
    S3Client s3;

    @Override
    Set<String> held() {
        // Not injected: no other test's application has one.
        String bucket = ConfigProvider.getConfig().getValue("parley.s3.bucket", String.class);
        return Stream.concat(
                s3.listMultipartUploads(list -> list.bucket(bucket)).uploads().stream().map(MultipartUpload::key),
                s3.listObjectsV2Paginator(list -> list.bucket(bucket)).contents().stream().map(object -> object.key())
                        .filter(key -> key.contains("-tail")))
                .collect(Collectors.toSet());
    }
}
