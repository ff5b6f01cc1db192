package dev.parley.attachment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.logging.Level;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.parley.problem.Code;
import dev.parley.problem.Refusal;
import dev.parley.testsupport.Logs;
import dev.parley.testsupport.S3Server;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;

class S3StoreTest extends ObjectStoreContract {

    private static final String BUCKET = "parley";

    @TempDir
    static Path directory;

    private static S3Server server;
    private static S3Client client;

    @BeforeAll
    static void start() {
        server = S3Server.start(directory);
        server.createBucket(BUCKET);
        client = server.client();
    }

    @AfterAll
    static void stop() {
        client.close();
        server.close();
    }

    @Override
    ObjectStore store() {
        return new S3Store(client, BUCKET);
    }

    @Test
    void aMissingBucketMakesTheStoreUnavailable() throws IOException {
        S3Store store = new S3Store(client, "nowhere");
        Path file = RandomFiles.file(uploads, 10);

        assertUnavailable(() -> store.put(ObjectStore.newKey(), file, "image/png"));
        assertThat(store.reachable()).isFalse();
    }

    @Test
    void aKilledServerMakesTheStoreUnavailable() throws IOException {
        S3Server doomed = S3Server.start(directory.resolve("doomed"));
        doomed.createBucket(BUCKET);
        try (S3Client s3 = doomed.client()) {
            S3Store store = new S3Store(s3, BUCKET);
            Path file = RandomFiles.file(uploads, 10);
            doomed.kill();

            assertUnavailable(() -> store.put(ObjectStore.newKey(), file, "image/png"));
            assertUnavailable(() -> store.read(ObjectStore.newKey(), 0, 1));
            assertUnavailable(() -> store.delete(ObjectStore.newKey()));
            assertThat(store.reachable()).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', value = {
            "parley | stolen | answers Forbidden (403): look at quarkus.s3.aws.credentials",
            "parley | stolen | answers SignatureDoesNotMatch (403): look at quarkus.s3.aws.credentials",
            "nowhere | a-secret-for-tests | does not exist: make it, or set parley.s3.bucket" }, delimiter = '|')
    void whatIsWrongWithTheBucketIsSaidInAnOperatorsWords(String bucket, String secret, String words) throws IOException {
        try (S3Client s3 = S3Server.client(server.endpoint(), secret); Logs logs = Logs.from(Level.INFO)) {
            S3Store store = new S3Store(s3, bucket);
            // An answer to HEAD has no body to say more.
            if (words.contains("Forbidden")) {
                store.reachable();
            } else {
                // A server that refuses a body may hang up while it is written.
                assertThatThrownBy(() -> store.read(ObjectStore.newKey(), 0, 1)).cause().hasMessageContaining(words);
            }

            assertThat(logs.lines()).singleElement().asString().contains("Bucket " + bucket + " at " + server.endpoint(),
                    words);
        }
    }

    @Test
    void anOutageIsToldOnceAndItsEndOnce() {
        S3Server doomed = S3Server.start(directory.resolve("restarted"));
        doomed.createBucket(BUCKET);
        try (S3Client s3 = doomed.client(); Logs logs = Logs.from(Level.INFO)) {
            S3Store store = new S3Store(s3, BUCKET);
            store.reachable();
            assertThat(logs.lines()).isEmpty();
            doomed.kill();

            store.reachable();
            assertUnavailable(() -> store.delete(ObjectStore.newKey()));
            store.reachable();
            assertThat(logs.lines()).singleElement().asString().contains("does not answer (Connection refused)",
                    "quarkus.s3.endpoint-override");

            doomed.restart();
            store.reachable();
            store.delete(ObjectStore.newKey());
            assertThat(logs.lines()).hasSize(2).last().asString().contains("answers again");
        } finally {
            doomed.close();
        }
    }

    @Test
    void aServerThatNeverAnswersIsGivenUp() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                S3Client s3 = S3Server.client(URI.create("http://127.0.0.1:" + silent.getLocalPort()),
                        ClientOverrideConfiguration.builder().build())) {
            long start = System.nanoTime();

            assertThat(new S3Store(s3, BUCKET).reachable()).isFalse();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
        }
    }

    @Test
    void whatTheBucketHasAlreadyIsCopiedThere() throws IOException {
        String old = ObjectStore.newKey();
        String key = ObjectStore.newKey();
        byte[] bytes = RandomFiles.bytes(100_000);
        client.putObject(put -> put.bucket(BUCKET).key(old), RequestBody.fromBytes(bytes));
        Path other = RandomFiles.file(uploads, bytes.length);
        Spooled spooled = Spooled.of(other);

        store().put(key, spooled.stored(old), "video/mp4");

        assertThat(read(key, 0, bytes.length)).as("not the file's").isEqualTo(bytes);
        assertThat(client.headObject(head -> head.bucket(BUCKET).key(key)).contentType()).isEqualTo("video/mp4");
    }

    @Test
    void aPartThatFailsLeavesNoPartsBehind() throws IOException {
        ExecutionInterceptor secondPartFails = new ExecutionInterceptor() {
            @Override
            public void beforeTransmission(Context.BeforeTransmission context, ExecutionAttributes attributes) {
                if (context.request() instanceof UploadPartRequest part && part.partNumber() == 2) {
                    throw SdkClientException.create("The line is cut");
                }
            }
        };
        try (S3Client s3 = S3Server.client(server.endpoint(),
                ClientOverrideConfiguration.builder().addExecutionInterceptor(secondPartFails).build())) {
            String key = ObjectStore.newKey();
            Path file = RandomFiles.file(uploads, 20 * 1024 * 1024);

            assertUnavailable(() -> new S3Store(s3, BUCKET).put(key, file, "video/mp4"));

            assertThat(client.listMultipartUploads(list -> list.bucket(BUCKET)).uploads()).isEmpty();
            assertThatThrownBy(() -> read(key, 0, 1)).isInstanceOf(Refusal.class);
        }
    }

    @Test
    void whatAnAbortLeftUnfinishedIsListedAndCanBeGivenUp() {
        String key = ObjectStore.newKey();
        String upload = client.createMultipartUpload(create -> create.bucket(BUCKET).key(key)).uploadId();
        client.createMultipartUpload(create -> create.bucket(BUCKET).key("another program's/file"));
        List<Inventory.Unfinished> listed = new ArrayList<>();

        store().inventory().unfinished(listed::addAll);

        assertThat(listed).singleElement().satisfies(unfinished -> {
            assertThat(unfinished.key()).isEqualTo(key);
            assertThat(unfinished.id()).isEqualTo(upload);
        });
        store().inventory().abandon(listed.getFirst());
        store().inventory().abandon(listed.getFirst());
        List<Inventory.Unfinished> left = new ArrayList<>();
        store().inventory().unfinished(left::addAll);
        assertThat(left).isEmpty();
        assertThat(store().inventory().holds(key)).isFalse();
        client.listMultipartUploads(list -> list.bucket(BUCKET)).uploads().forEach(other -> client
                .abortMultipartUpload(abort -> abort.bucket(BUCKET).key(other.key()).uploadId(other.uploadId())));
    }

    @Test
    void whatIsLessThanAPartIsListedWithTheObjects() {
        String key = ObjectStore.newKey();
        List<String> made = List.of(key + "-tail", key + "-tail-12", "notes-tail", key + "-tail-of-a-dog");
        made.forEach(name -> client.putObject(put -> put.bucket(BUCKET).key(name), RequestBody.fromString("abc")));
        Set<String> listed = new HashSet<>();

        store().inventory().objects(page -> page.forEach(object -> listed.add(object.key())));

        assertThat(listed).contains(key + "-tail", key + "-tail-12").doesNotContain("notes-tail", key + "-tail-of-a-dog");
        made.forEach(name -> client.deleteObject(delete -> delete.bucket(BUCKET).key(name)));
    }

    @Test
    void theStoresClockIsComparedEvenWhereTheStoreRefuses() {
        assertThat(store().clockAhead().orElseThrow()).isBetween(Duration.ofSeconds(-5), Duration.ofSeconds(5));
        ExecutionInterceptor anHourAhead = new ExecutionInterceptor() {
            @Override
            public SdkHttpResponse modifyHttpResponse(Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
                return context.httpResponse().toBuilder().putHeader("Date", DateTimeFormatter.RFC_1123_DATE_TIME
                        .format(ZonedDateTime.now(ZoneOffset.UTC).plusHours(1))).build();
            }
        };
        try (S3Client s3 = S3Server.client(server.endpoint(),
                ClientOverrideConfiguration.builder().addExecutionInterceptor(anHourAhead).build())) {
            for (String bucket : List.of(BUCKET, "nowhere")) {
                assertThat(new S3Store(s3, bucket).clockAhead().orElseThrow()).isBetween(Duration.ofMinutes(59),
                        Duration.ofMinutes(61));
            }
        }
    }

    private static void assertUnavailable(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(Refusal.class,
                refusal -> assertThat(refusal.code).isEqualTo(Code.STORE_UNAVAILABLE));
    }
}
