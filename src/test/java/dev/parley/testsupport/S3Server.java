package dev.parley.testsupport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.S3Object;

/** A real S3 server (s3proxy over a directory) in a process of its own; it checks signatures. */
public final class S3Server implements AutoCloseable {

    public static final String ACCESS_KEY = "parley-test";
    public static final String SECRET_KEY = "a-secret-for-tests";
    public static final String REGION = "us-east-1";

    private final URI endpoint;
    private final ServerProcess process;

    private S3Server(Path directory, URI endpoint) {
        this.endpoint = endpoint;
        this.process = ServerProcess.start(directory.resolve("s3proxy.log").toAbsolutePath(), List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m", "-DLOG_LEVEL=warn",
                "-jar", Path.of("target", "s3proxy", "s3proxy.jar").toString(), "--properties",
                directory.resolve("s3proxy.properties").toString()), this::answers);
    }

    /** @param directory for its buckets, settings and log; made when missing */
    public static S3Server start(Path directory) {
        try {
            return launch(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static S3Server launch(Path directory) throws IOException {
        Path buckets = Files.createDirectories(directory.toAbsolutePath().resolve("buckets"));
        URI endpoint = URI.create("http://127.0.0.1:" + ParleyProcess.freePort());
        Path settings = directory.resolve("s3proxy.properties");
        Files.writeString(settings, """
                s3proxy.endpoint=%s
                s3proxy.authorization=aws-v2-or-v4
                s3proxy.identity=%s
                s3proxy.credential=%s
                s3proxy.ignore-unknown-headers=true
                jclouds.provider=filesystem-nio2
                jclouds.filesystem.basedir=%s
                """.formatted(endpoint, ACCESS_KEY, SECRET_KEY, buckets));
        return new S3Server(directory, endpoint);
    }

    public URI endpoint() {
        return endpoint;
    }

    /** The settings with which Parley keeps its files in this bucket. */
    public Map<String, String> settings(String bucket) {
        return Map.of(
                "parley.store", "s3",
                "parley.s3.bucket", bucket,
                "quarkus.s3.endpoint-override", endpoint.toString(),
                "quarkus.s3.path-style-access", "true",
                "quarkus.s3.aws.region", REGION,
                "quarkus.s3.aws.credentials.type", "static",
                "quarkus.s3.aws.credentials.static-provider.access-key-id", ACCESS_KEY,
                "quarkus.s3.aws.credentials.static-provider.secret-access-key", SECRET_KEY);
    }

    public S3Client client() {
        return client(endpoint, ClientOverrideConfiguration.builder().build());
    }

    public static S3Client client(URI endpoint, ClientOverrideConfiguration overrides) {
        return client(endpoint, SECRET_KEY, overrides);
    }

    /** Of somebody whose secret may be another one. */
    public static S3Client client(URI endpoint, String secret) {
        return client(endpoint, secret, ClientOverrideConfiguration.builder().build());
    }

    private static S3Client client(URI endpoint, String secret, ClientOverrideConfiguration overrides) {
        S3ClientBuilder builder = S3Client.builder();
        return builder.endpointOverride(endpoint)
                .region(Region.of(REGION))
                .credentialsProvider(
                        StaticCredentialsProvider.create(AwsBasicCredentials.create(ACCESS_KEY, secret)))
                .forcePathStyle(true)
                .overrideConfiguration(overrides)
                .httpClientBuilder(UrlConnectionHttpClient.builder()
                        .connectionTimeout(Duration.ofSeconds(5))
                        .socketTimeout(Duration.ofSeconds(30)))
                .build();
    }

    /** The keys of a bucket. */
    public Set<String> keys(String bucket) {
        try (S3Client s3 = client()) {
            return s3.listObjectsV2Paginator(list -> list.bucket(bucket)).contents().stream().map(S3Object::key)
                    .collect(Collectors.toSet());
        }
    }

    public void createBucket(String name) {
        try (S3Client s3 = client()) {
            s3.createBucket(bucket -> bucket.bucket(name));
        }
    }

    /** As a crash or a power cut would end it. */
    public void kill() {
        process.kill();
    }

    /** After {@link #kill()}, with the same buckets at the same address. */
    public void restart() {
        process.restart();
    }

    @Override
    public void close() {
        process.stop();
    }

    private boolean answers() {
        try (S3Client s3 = client()) {
            return s3.listBuckets().hasBuckets();
        }
    }
}
