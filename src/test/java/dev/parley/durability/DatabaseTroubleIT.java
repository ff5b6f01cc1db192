package dev.parley.durability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

import dev.parley.testsupport.Answer;
import dev.parley.testsupport.ParleyProcess;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.SmallDisk;
import dev.parley.testsupport.Tools;

/** A database that is there and does not do its work: a refusal that says so, a line or two in the log, and no restart. */
@DisabledIfSystemProperty(named = "native", matches = ".*", disabledReason = "the native program has no database of its own")
class DatabaseTroubleIT {

    @Test
    void aFullDiskIs507AndAllGoesOnOnceThereIsRoom() throws IOException {
        ParleyProcess parley = ParleyProcess.neverInstalled("full-disk");
        try (SmallDisk disk = SmallDisk.mount(parley.data(), "200m"); parley) {
            parley.start();
            Person ann = Person.register(parley.base(), "Ann");
            String messages = "/api/chat/rooms/" + ann.group("Hall") + "/messages";
            Path filler = Files.createTempFile(disk.path(), "filler", "");
            fill(filler);

            int stored = 0;
            Answer answer = post(ann, messages);
            for (; answer.status() == 201 && stored < 5_000; answer = post(ann, messages)) {
                stored++;
            }
            answer.expect(507);
            assertThat(answer.body().get("code").asText()).isEqualTo("database_full");
            for (int more = 0; more < 20; more++) {
                post(ann, messages).expect(507);
            }
            assertThat(ann.get(messages).expect(200).get("total").asInt()).as("nothing half written").isEqualTo(stored);

            Files.delete(filler);
            await().untilAsserted(() -> assertThat(post(ann, messages).status()).isEqualTo(201));
            assertThat(ann.get(messages).expect(200).get("total").asInt()).isEqualTo(stored + 1);
            assertThat(Files.readString(parley.log())).containsOnlyOnce("disk is full").doesNotContain("\tat ");
        }
    }

    @Test
    void aFrozenDatabaseIs503AndAllGoesOnOnceItThaws() throws Exception {
        try (ParleyProcess parley = ParleyProcess.fresh("frozen").start();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Person ann = Person.register(parley.base(), "Ann");
            String messages = "/api/chat/rooms/" + ann.group("Hall") + "/messages";
            List<ProcessHandle> database = parley.databaseProcesses();
            Tools.signal("STOP", database);
            List<Future<Answer>> answers = new ArrayList<>();
            try {
                for (int round = 0; round < 4; round++) {
                    answers.add(threads.submit(() -> ann.get("/api/chat/rooms")));
                    answers.add(threads.submit(() -> ann.get(messages)));
                    answers.add(threads.submit(() -> post(ann, messages)));
                    answers.add(threads.submit(() -> ann.get("/api/chat/search-users?email=ann")));
                }
                for (Future<Answer> answer : answers) {
                    assertThat(answer.get().expect(503).get("code").asText()).isEqualTo("unavailable");
                }
            } finally {
                Tools.signal("CONT", database);
            }
            await().untilAsserted(() -> assertThat(post(ann, messages).status()).isEqualTo(201));
            assertThat(Files.readString(parley.log())).doesNotContain(" ERROR ");
        }
    }

    /** As one that has become a standby. */
    @Test
    void aDatabaseThatTakesNothingIs503AndAllGoesOnOnceItDoes() throws Exception {
        try (ParleyProcess parley = ParleyProcess.fresh("read-only").start();
                Connection connection = parley.connect();
                Statement database = connection.createStatement()) {
            Person ann = Person.register(parley.base(), "Ann");
            String messages = "/api/chat/rooms/" + ann.group("Hall") + "/messages";
            database.execute("set default_transaction_read_only = off");
            database.execute("alter system set default_transaction_read_only = on");
            database.execute("select pg_reload_conf()");
            await().until(() -> ann.get("/q/health/ready").status() == 503);
            post(ann, messages).expect(503);
            ann.patch("/api/auth/me", Map.of("name", "Anna")).expect(503);
            ann.post("/api/chat/rooms", Map.of("name", "Another", "member_ids", List.of())).expect(503);
            assertThat(ann.get(messages).status()).isIn(200, 503);
            database.execute("alter system reset default_transaction_read_only");
            database.execute("select pg_reload_conf()");
            await().untilAsserted(() -> assertThat(post(ann, messages).status()).isEqualTo(201));
            await().until(() -> ann.get("/q/health/ready").status() == 200);
            ann.patch("/api/auth/me", Map.of("name", "Anna")).expect(200);
            assertThat(Files.readString(parley.log())).doesNotContain(" ERROR ", "\tat ");
        }
    }

    private static Answer post(Person sender, String messages) {
        return sender.post(messages, Map.of("content", "x".repeat(5_000)));
    }

    /** All there is, so that the database cannot make a file longer. */
    private static void fill(Path file) {
        try (var out = Files.newOutputStream(file)) {
            byte[] some = new byte[65_536];
            while (true) {
                out.write(some);
            }
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("No space");
        }
    }
}
