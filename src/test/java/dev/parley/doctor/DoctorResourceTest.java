package dev.parley.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.databind.JsonNode;

import dev.parley.doctor.Check.State;
import dev.parley.testsupport.Form;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.SampleFiles;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;

/** What only the server can tell of a deployment, and what it offers a browser to try. */
@QuarkusTest
class DoctorResourceTest {

    @TestHTTPResource("/")
    URI base;

    private Person admin;

    @BeforeEach
    void anAdmin() {
        admin = Person.admin(base);
    }

    @Test
    void aHealthyServerFindsNothingWrong() {
        JsonNode report = admin.call("GET", "/api/admin/doctor", null, Map.of("X-Forwarded-For", "192.0.2.1")).expect(200);

        Set<String> names = new TreeSet<>();
        report.get("checks").forEach(check -> {
            names.add(check.get("name").asText());
            if (!check.get("name").asText().equals("disk")) {
                assertThat(check.get("state").asText()).as(check.toString()).isIn("ok", "warning");
            }
        });
        assertThat(names).containsExactly("database", "database_clock", "disk", "previews", "store", "store_clock");
        assertThat(report.at("/limits/file").asLong()).isEqualTo(100 << 20);
        assertThat(report.at("/limits/request").asLong()).isEqualTo(1100L << 20);
        assertThat(report.at("/limits/frame").asLong()).isEqualTo(16 << 20);
        assertThat(report.at("/request/host").asText()).isEqualTo(base.getAuthority());
        assertThat(report.at("/request/client").asText()).as("nobody's claim is believed").isEqualTo("127.0.0.1");
        assertThat(report.at("/request/forwarded_for").asText()).isEqualTo("192.0.2.1");
    }

    @Test
    void aStoreWhoseClockIsWrongIsToldOfBeforeItRefusesSignatures() {
        assertThat(StoreChecks.clock(null).state()).isEqualTo(State.OK);
        for (int sign : List.of(1, -1)) {
            assertThat(StoreChecks.clock(Duration.ofSeconds(30 * sign)).state()).isEqualTo(State.OK);
            assertThat(StoreChecks.clock(Duration.ofSeconds(31 * sign)).state()).isEqualTo(State.WARNING);
            assertThat(StoreChecks.clock(Duration.ofMinutes(15 * sign)).state()).isEqualTo(State.FAILED);
        }
        assertThat(StoreChecks.clock(Duration.ofHours(-1)).detail()).contains("-3600 s");
    }

    @Test
    void aBodyIsCountedAndForgotten() {
        byte[] body = new byte[20_000_001];

        JsonNode sunk = admin
                .send("POST", "/api/admin/doctor/sink", BodyPublishers.ofByteArray(body), "multipart/form-data; boundary=none")
                .expect(200);

        assertThat(sunk.get("received").asInt()).isEqualTo(body.length);
    }

    @Test
    void theSlowAnswerComesInPieces() throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<InputStream> answer = http.send(
                    HttpRequest.newBuilder(base.resolve("/api/admin/doctor/stream"))
                            .header("Authorization", "Bearer " + admin.token).build(),
                    BodyHandlers.ofInputStream());
            byte[] piece = new byte[1000];
            assertThat(new String(piece, 0, answer.body().read(piece))).isEqualTo("tick 0\n");
            assertThat(new String(answer.body().readAllBytes())).isEqualTo("tick 1\ntick 2\ntick 3\ntick 4\n");
        }
    }

    @Test
    void whatTheDoctorUploadedIsForgottenAndNothingElse() {
        String id = uploaded(admin);
        Person other = Person.register(base, "Other");
        String others = uploaded(other);
        String bound = admin.post(admin.group("Photos"), new Form().file(SampleFiles.get("photo.png"))).expect(201)
                .at("/files_data/0/id").asText();

        for (String file : List.of(id, others, bound)) {
            assertThat(admin.delete("/api/admin/doctor/uploads/" + file).status()).isEqualTo(204);
        }

        assertThat(admin.get("/api/files/" + id).status()).isEqualTo(404);
        assertThat(other.get("/api/files/" + others).status()).isEqualTo(200);
        assertThat(admin.get("/api/files/" + bound).status()).isEqualTo(200);
    }

    private static String uploaded(Person person) {
        return person.send("POST", "/api/upload", new Form().file(SampleFiles.get("photo.png")).body(), Form.TYPE).expect(201)
                .at("/files/0/id").asText();
    }
}
