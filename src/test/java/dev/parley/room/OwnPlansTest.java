package dev.parley.room;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import jakarta.inject.Inject;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.parley.testsupport.LargeTables;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.Plans;
import dev.parley.testsupport.Plans.Plan;
import dev.parley.testsupport.QuietSchedule;
import dev.parley.testsupport.Socket;
import io.agroal.api.AgroalDataSource;
import io.agroal.api.AgroalDataSource.FlushMode;
import io.quarkus.scheduler.Scheduler;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;

/** What is asked all the time reads no table that grows from end to end, in the ways that the planner chooses by itself. */
@QuarkusTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OwnPlansTest {

    private static final int ROOMS = 1_000;
    private static final int LENGTH = 100_000;
    private static final int OTHERS = 10_000;
    private static final int PEOPLE = 50_000;
    /** Rows that are read of one table for what concerns one room; and for what concerns all of somebody's. */
    private static final long FEW = 200;
    private static final long INBOX = 3 * ROOMS;

    @TestHTTPResource("/")
    URI base;
    @Inject
    AgroalDataSource database;
    @Inject
    Scheduler jobs;
    private QuietSchedule schedule;
    private LargeTables tables;
    private Person busy;
    private Person friend;
    private long room;
    private Planner planner;

    /** How it comes to its plans: what is known of the disk, and whether it may read a table as a whole. */
    enum Planner {
        EMBEDDED("1.1", "on"),
        STOCK("4", "on"),
        OF_THE_LARGEST("1.1", "off");

        private final String pageCost;
        private final String scans;

        Planner(String pageCost, String scans) {
            this.pageCost = pageCost;
            this.scans = scans;
        }

        boolean made(Plan plan) {
            // The writer and the search have ways of their own, whatever the server is set to.
            return plan.settings().containsKey("plan_cache_mode")
                    || plan.settings().getOrDefault("random_page_cost", "4").equals(pageCost)
                            && plan.settings().getOrDefault("enable_seqscan", "on").equals(scans);
        }
    }

    @BeforeAll
    void largeTables() throws SQLException {
        schedule = QuietSchedule.of(jobs, database);
        tables = new LargeTables(database);
        busy = Person.register(base, "Busy");
        friend = Person.register(base, "Friend");
        tables.rooms(ROOMS, 10, busy, friend);
        room = tables.roomsOf(busy).get(0);
        tables.lengthen(List.of(room), friend, 10, LENGTH);
        tables.run("""
                insert into users (email, name)
                select substr(md5(n::text), 1, 8) || n || '@crowd.example', 'Somebody ' || n from generate_series(1, %d) n"""
                .formatted(PEOPLE));
        tables.run("insert into user_presence (user_id, last_seen) select id, now() from users on conflict do nothing");
        // Three of them in each.
        tables.run("""
                with made as (insert into chat_rooms (name, room_type, created_by, last_seq, version, members_version)
                              select 'Crowd', 'group', (select min(id) from users where email like '%%@crowd.example'), 10,
                                     11, 1 from generate_series(1, %d) returning id, created_by),
                     joined as (insert into chat_participants (room_id, user_id, changed_version)
                                select id, created_by + (id * k) %% %d, 1 from made, generate_series(1, 3) k
                                    on conflict do nothing)
                insert into chat_messages (id, room_id, seq, version, created_version, sender_id, message_type, content,
                       created_at)
                select (1::bigint << 44) + id * 10000000 + s, id, s, s + 1, s + 1, created_by, 'text', 'message ' || s, now()
                  from made, generate_series(1, 10) s""".formatted(OTHERS, PEOPLE));
        tables.run("""
                insert into message_likes (message_id, user_id)
                select m.id, m.sender_id from chat_messages m join chat_rooms r on r.id = m.room_id
                 where r.name = 'Crowd' and m.seq < 3""");
        tables.run("""
                insert into media_attachments (id, owner_id, message_id, state, kind, mime_type, size, sha256, original_name)
                select gen_random_uuid(), m.sender_id, m.id, 'bound', 'file', 'application/pdf', 1, '\\x00', 'crowd.pdf'
                  from chat_messages m join chat_rooms r on r.id = m.room_id where r.name = 'Crowd' and m.seq = 1""");
    }

    @AfterAll
    void asTheyWere() throws SQLException {
        schedule.close();
        String crowd = "(select id from chat_rooms where name = 'Crowd')";
        tables.run("delete from media_attachments where original_name = 'crowd.pdf'");
        tables.run("delete from message_likes l using chat_messages m where m.id = l.message_id and m.room_id in " + crowd);
        tables.run("delete from chat_messages where room_id in " + crowd);
        tables.run("delete from chat_participants where room_id in " + crowd);
        tables.run("delete from chat_rooms where name = 'Crowd'");
        tables.run("delete from user_presence using users where id = user_id and email like '%@crowd.example'");
        tables.run("delete from users where email like '%@crowd.example'");
    }

    @ParameterizedTest
    @EnumSource
    void whatIsAskedAllTheTimeIsFoundByKeys(Planner planner) throws SQLException {
        this.planner = planner;
        connectAgain("set random_page_cost = " + planner.pageCost);
        Plans.asIfTablesWereLarge(planner.scans.equals("off"));
        try {
            // Plans that are kept are made anew after it.
            tables.analyze();
            messages();
            inboxes();
            assertIndexed(FEW, () -> found("somebody 4999", 11));
            assertIndexed(FEW, () -> found(friend.email.substring(1, 30), 1));
        } finally {
            Plans.asIfTablesWereLarge(false);
            connectAgain("reset random_page_cost");
        }
    }

    private void messages() {
        String path = "/api/chat/rooms/" + room;
        long message = friend.post(room, "read me").get("id").asLong();
        assertIndexed(FEW, () -> busy.get(path + "/changes?since=" + (LENGTH - 20)).expect(200));
        assertIndexed(FEW, () -> busy.get(path).expect(200));
        for (String page : List.of("", "?page=1000", "?before=5000", "?after=5000", "?only=pinned&before=5000",
                "?only=files&before=5000")) {
            assertIndexed(FEW, () -> busy.get(path + "/messages" + page).expect(200));
        }
        assertIndexed(FEW, () -> busy.post(path + "/read", null).expect(200));
        assertIndexed(FEW, () -> busy.post("/api/chat/messages/" + message + "/like", null).expect(200));
        assertIndexed(FEW, () -> friend.put("/api/chat/messages/" + message, Map.of("content", "read this")).expect(200));
        assertIndexed(FEW, () -> friend.post(path + "/messages", Map.of("content", "so", "reply_to", message)).expect(201));
        Map<String, String> key = Map.of("Idempotency-Key", UUID.randomUUID().toString());
        assertIndexed(FEW, () -> friend.call("POST", path + "/messages", Map.of("content", "once"), key).expect(201));
        assertIndexed(FEW, () -> friend.call("POST", path + "/messages", Map.of("content", "once"), key).expect(200));
        assertIndexed(FEW, () -> friend.post("/api/chat/messages/" + message + "/pin", null).expect(200));
        assertIndexed(FEW, () -> friend.delete("/api/chat/messages/" + message).expect(200));
    }

    private void inboxes() {
        assertIndexed(INBOX, () -> {
            try (Socket socket = busy.socket(room)) {
                socket.send("send_message", Map.of("room_id", room, "content", "x"));
                socket.await("new_message");
            }
        });
        assertIndexed(INBOX, () -> assertThat(busy.get("/api/chat/rooms").expect(200).get("rooms")).hasSize(ROOMS));
        assertIndexed(INBOX, () -> assertThat(busy.get("/api/chat/unread-count").expect(200).get("rooms")).isNotEmpty());
        assertIndexed(INBOX, () -> busy.get("/api/chat/online-users").expect(200));
    }

    private void found(String text, int total) {
        assertThat(busy.get("/api/chat/search-users?email=" + text.replace(" ", "%20")).expect(200).get("total").asInt())
                .isEqualTo(total);
    }

    /** @param most rows that one statement may read of one table */
    private void assertIndexed(long most, Runnable action) {
        assertThat(Plans.asked(action)).isNotEmpty().allSatisfy(plan -> {
            assertThat(planner.made(plan)).as("%s with %s", plan.sql(), plan.settings()).isTrue();
            // Of those a row for each instance; and for each person who is online.
            assertThat(plan.scanned()).as(plan.sql()).isSubsetOf("service_instances", "instance_users");
            // Nor does it read one through an index from end to end.
            assertThat(plan.mostRead()).as(plan.sql()).isLessThan(most);
            assertThat(plan.sql()).doesNotContainIgnoringCase("count(*) from chat_messages");
        });
    }

    /** Who connects finds the setting, so all do it again but for the writer, which keeps its connection. */
    private void connectAgain(String setting) throws SQLException {
        tables.run("alter role current_user " + setting);
        database.flush(FlushMode.GRACEFUL);
    }
}
