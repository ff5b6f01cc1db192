package dev.parley.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

import javax.sql.DataSource;

import jakarta.inject.Inject;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import com.fasterxml.jackson.databind.JsonNode;

import dev.parley.message.Draft;
import dev.parley.message.Post;
import dev.parley.message.Posting;
import dev.parley.problem.Code;
import dev.parley.problem.Refusal;
import dev.parley.testsupport.Person;
import dev.parley.testsupport.Plans;
import dev.parley.testsupport.Plans.Plan;
import dev.parley.testsupport.Socket;
import dev.parley.testsupport.Sql;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;

@QuarkusTest
class OrderTest {

    private static final int EACH = 60;

    @TestHTTPResource("/")
    URI base;
    @Inject
    Writer writer;
    @Inject
    Posting posting;
    @Inject
    RoomReader reader;
    @Inject
    DataSource database;
    private Person alice;
    private Person bob;
    private long room;

    @BeforeEach
    void twoPeople() {
        alice = Person.register(base, "Alice");
        bob = Person.register(base, "Bob");
        room = alice.group("Order", bob);
    }

    @Test
    void manyWritersToTheSameRoomsInOppositeOrdersLeaveNoGapAndOneOrder() {
        List<Person> people = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            people.add(Person.register(base, "Writer " + i));
        }
        Person[] others = people.subList(1, 6).toArray(Person[]::new);
        List<Long> rooms = List.of(people.get(0).group("A", others), people.get(0).group("B", others),
                people.get(0).group("C", others));
        List<Socket> sockets = people.stream().map(Person::socket).toList();
        for (int i = 0; i < EACH; i++) {
            for (int p = 0; p < sockets.size(); p++) {
                for (int r = 0; r < 3; r++) {
                    long to = rooms.get(p % 2 == 0 ? r : 2 - r);
                    sockets.get(p).send("send_message", Map.of("room_id", to, "content", p + ":" + i));
                }
            }
        }
        int all = EACH * people.size();
        for (Socket socket : sockets) {
            Map<Long, List<Long>> seqs = new java.util.HashMap<>();
            int[] heard = new int[1];
            socket.await(frame -> {
                if (frame.get("type").asText().equals("new_message")) {
                    heard[0]++;
                    seqs.computeIfAbsent(frame.at("/data/room_id").asLong(), id -> new ArrayList<>())
                            .add(frame.at("/data/seq").asLong());
                }
                return heard[0] == all * 3;
            }, Duration.ofSeconds(60));
            assertThat(seqs.keySet()).containsExactlyInAnyOrderElementsOf(rooms);
            assertThat(seqs.values())
                    .allSatisfy(order -> assertThat(order).isEqualTo(LongStream.rangeClosed(1, all).boxed().toList()));
            socket.close();
        }
        for (long each : rooms) {
            JsonNode page = people.get(0).get("/api/chat/rooms/" + each + "/messages?after=0&limit=200").expect(200);
            assertThat(page.get("total").asLong()).isEqualTo(all);
        }
    }

    /** Another instance's batch; where a room stands that was spoken in is compared, not read. */
    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    void anotherInstanceThatWritesToTheSameRoomsIsWaitedFor(boolean spoken) throws Exception {
        if (spoken) {
            posting.post(draft("known from here on")).get();
        }
        CompletableFuture<Post.Posted> posted;
        try (Connection other = database.getConnection(); Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("update chat_rooms set last_seq = last_seq + 5 where id = " + room);
            posted = posting.post(draft("waits"));
            awaitWhoWaitsFor(Backend.of(other));
            other.commit();
            other.setAutoCommit(true);
        }
        assertThat(posted.get().snapshot().message().seq).isEqualTo(spoken ? 7 : 6);
    }

    private void awaitWhoWaitsFor(Backend holder) {
        await().until(() -> new Sql(database).number(
                "select count(*) from pg_stat_activity where " + holder.pid() + " = any(pg_blocking_pids(pid))") > 0);
    }

    /** As by an administrator's transaction that was left open. */
    @Test
    void aRoomThatIsHeldKeepsNoOtherFromWhatIsSaidThereAndRefusesWhatIsSaidInIt() throws Exception {
        long held = alice.group("Held");
        // Where both stand is known, as of any room that is spoken in.
        posting.post(draft("free")).get();
        alice.post(held, "before");
        try (Connection other = database.getConnection(); Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("select from chat_rooms where id = " + held + " for update");
            List<CompletableFuture<Post.Posted>> refused = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                refused.add(posting.post(new Draft(held, alice.id, "held " + i, null, null, null, null, List.of(), List.of())));
                assertThat(posting.post(draft("free " + i)).get(14, TimeUnit.SECONDS).snapshot().message().seq)
                        .isEqualTo(i + 2);
            }
            for (CompletableFuture<Post.Posted> post : refused) {
                assertThatThrownBy(() -> post.get(14, TimeUnit.SECONDS)).cause().isInstanceOfSatisfying(Refusal.class,
                        refusal -> assertThat(refusal.code).isEqualTo(Code.UNAVAILABLE));
            }
            other.rollback();
            other.setAutoCommit(true);
        }
        assertThat(alice.get("/api/chat/rooms/" + held + "/messages").expect(200).get("total").asLong())
                .as("what was refused is not said later").isEqualTo(1);
    }

    /** What was known of a room is compared, not trusted: another instance may not have been heard yet. */
    @Test
    void numbersGoOnFromWhereAnotherInstanceLeftThem() throws Exception {
        posting.post(draft("known from here on")).get();
        new Sql(database).change("update chat_rooms set last_seq = last_seq + 5, version = version + 7 where id = " + room);
        assertThat(posting.post(draft("behind them")).get().snapshot().message().seq).isEqualTo(7);
        assertThat(posting.post(draft("and on")).get().snapshot().message().seq).isEqualTo(8);
    }

    /** A like, an edit or a receipt takes a version and no number. */
    @Test
    void versionsGoOnFromWhereAnotherInstanceLeftThem() throws Exception {
        long before = posting.post(draft("known from here on")).get().snapshot().message().version;
        new Sql(database).change("update chat_rooms set version = version + 7 where id = " + room);
        assertThat(posting.post(draft("behind them")).get().snapshot().message().version).isEqualTo(before + 8);
    }

    @Test
    void whomAnotherInstanceRemovedMayNotPostEvenWhereThatIsNotKnownYet() throws Exception {
        posting.post(draft("known from here on")).get();
        new Sql(database).change(
                "update chat_participants set is_active = false where room_id = " + room + " and user_id = " + alice.id);
        new Sql(database)
                .change("update chat_rooms set version = version + 1, members_version = version + 1 where id = " + room);
        assertThatThrownBy(posting.post(draft("no more"))::get).cause().isInstanceOfSatisfying(Refusal.class,
                refusal -> assertThat(refusal.code).isEqualTo(Code.ROOM_NOT_FOUND));
    }

    /** Otherwise a commit that was cut off could land after the rows were asked for it. */
    @Test
    void theServersSideOfABrokenConnectionIsOverBeforeTheRowsAreAsked() throws Exception {
        try (Connection broken = database.getConnection(); Connection other = database.getConnection()) {
            Backend backend = Backend.of(broken);
            CompletableFuture<Void> busy = CompletableFuture.runAsync(() -> {
                try (Statement statement = broken.createStatement()) {
                    statement.execute("select pg_sleep(60)");
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            backend.end(other);
            assertThatThrownBy(busy::join).hasRootCauseInstanceOf(SQLException.class);
            backend.end(other);
        }
    }

    /** More than the pool has: none of them may stay taken. */
    @Test
    void theWriterMayLoseItsConnectionAgainAndAgain() throws Exception {
        for (int lost = 0; lost < 20; lost += 4) {
            // Tried four times, each on a connection of its own.
            assertThatThrownBy(writer.submit(new CutOff(room, alice.id))::get).cause().isInstanceOfSatisfying(Refusal.class,
                    refusal -> assertThat(refusal.code).isEqualTo(Code.UNAVAILABLE));
            posting.post(draft("after " + lost)).get();
        }
        JsonNode page = bob.get("/api/chat/rooms/" + room + "/messages?after=0").expect(200);
        assertThat(page.get("messages").findValuesAsText("content")).containsExactly("after 0", "after 4", "after 8",
                "after 12", "after 16");
    }

    @Test
    void aBadChangeInTheMiddleOfABatchHarmsNoOther() throws Exception {
        List<CompletableFuture<Post.Posted>> good = new ArrayList<>();
        List<CompletableFuture<Void>> bad = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            good.add(posting.post(draft("good " + i)));
            if (i % 50 == 25) {
                bad.add(writer.submit(new Broken(room, alice.id)));
                bad.add(writer.submit(new HalfRefused(room, alice.id)));
            }
        }
        List<Long> seqs = new ArrayList<>();
        for (CompletableFuture<Post.Posted> each : good) {
            seqs.add(each.get().snapshot().message().seq);
        }
        assertThat(seqs).isEqualTo(LongStream.rangeClosed(1, 200).boxed().toList());
        for (int i = 0; i < bad.size(); i++) {
            CompletableFuture<Void> each = bad.get(i);
            Code code = i % 2 == 0 ? Code.INTERNAL : Code.CONFLICT;
            assertThatThrownBy(each::get).cause().isInstanceOfSatisfying(Refusal.class,
                    refusal -> assertThat(refusal.code).isEqualTo(code));
        }
        JsonNode after = alice.get("/api/chat/rooms/" + room).expect(200);
        assertThat(after.get("last_seq").asLong()).isEqualTo(200);
        assertThat(after.get("version").asLong()).isEqualTo(201);
        assertThat(after.get("name").asText()).isEqualTo("Order");
    }

    /** As in one batch. */
    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    void aReplyQuotesWhatItsBatchHasMadeOfTheMessage(boolean deleted) throws Exception {
        long target = posting.post(draft("before")).get().id();
        CountDownLatch queued = busy();
        CompletableFuture<?> change = deleted ? posting.delete(room, alice.id, target)
                : posting.edit(room, alice.id, target, "after");
        CompletableFuture<Post.Posted> reply = posting.post(new Draft(room, bob.id, "reply", null, target, null, null,
                List.of(), List.of()));
        queued.countDown();
        change.get();
        if (deleted) {
            assertThatThrownBy(reply::get).cause().isInstanceOfSatisfying(Refusal.class,
                    refusal -> assertThat(refusal.code).isEqualTo(Code.MESSAGE_NOT_FOUND));
        } else {
            assertThat(reply.get().snapshot().replyTarget().content).isEqualTo("after");
        }
    }

    /** As in one batch: each takes its place in the order, and what is stored is what all of them made of it. */
    @Test
    void changesOfOneMessageThatAreWrittenTogetherAddUp() throws Exception {
        long target = posting.post(draft("before")).get().id();
        long buried = posting.post(draft("to be deleted")).get().id();
        try (Socket socket = bob.socket(room)) {
            CountDownLatch queued = busy();
            List<CompletableFuture<?>> changes = List.of(posting.like(room, alice.id, target, true),
                    posting.like(room, bob.id, target, true), posting.edit(room, alice.id, target, "first"),
                    posting.like(room, alice.id, target, false), posting.pin(room, bob.id, target, true),
                    posting.edit(room, alice.id, target, "second"), posting.like(room, bob.id, buried, true),
                    posting.delete(room, alice.id, buried), posting.markRead(room, bob.id, null));
            CompletableFuture<Void> late = posting.like(room, alice.id, buried, true);
            queued.countDown();
            for (CompletableFuture<?> change : changes) {
                change.get();
            }
            assertThatThrownBy(late::get).cause().isInstanceOfSatisfying(Refusal.class,
                    refusal -> assertThat(refusal.code).isEqualTo(Code.MESSAGE_NOT_FOUND));
            List<Long> versions = new ArrayList<>();
            socket.await(frame -> {
                if (frame.at("/data/room_id").asLong() == room && frame.at("/data/version").asLong() > 3) {
                    versions.add(frame.at("/data/version").asLong());
                }
                return frame.get("type").asText().equals("message_read");
            }, Duration.ofSeconds(20));
            assertThat(versions).isEqualTo(LongStream.range(4, 4 + changes.size()).boxed().toList());
        }
        JsonNode message = bob.get("/api/chat/rooms/" + room + "/messages?after=0").expect(200).at("/messages/0");
        assertThat(message.get("content").asText()).isEqualTo("second");
        assertThat(message.get("edited_at").isNull()).isFalse();
        assertThat(message.get("like_count").asInt()).isEqualTo(1);
        assertThat(message.get("is_liked").asBoolean()).isTrue();
        assertThat(message.get("pinned").asBoolean()).isTrue();
        assertThat(new Sql(database).number("select count(*) from message_likes where message_id = " + buried)).isZero();
        assertThat(new Sql(database).number("select length(content) + like_count from chat_messages where id = " + buried))
                .isZero();
    }

    /** As when an announcement is liked by all who read it: nobody's post should wait for each like on its own. */
    @Test
    void likesThatAreWrittenTogetherTakeAsManyStatementsAsOne() throws Exception {
        List<Long> targets = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            targets.add(posting.post(draft("liked " + i)).get().id());
        }
        List<Plan> statements = Plans.asked(() -> {
            List<CompletableFuture<Void>> likes = new ArrayList<>();
            CountDownLatch queued = busy();
            for (long target : targets) {
                likes.add(posting.like(room, alice.id, target, true));
                likes.add(posting.like(room, bob.id, target, true));
            }
            queued.countDown();
            likes.forEach(CompletableFuture::join);
        });
        assertThat(statements).filteredOn(statement -> statement.sql().contains("joined_seq, last_read_seq from"))
                .hasSize(1);
        assertThat(statements).extracting(Plan::sql).as("of 40 likes").hasSizeLessThan(targets.size());
    }

    @Test
    void whoIsRemovedMayNotPostBehindThatInTheSameBatch() throws Exception {
        posting.post(draft("known from here on")).get();
        CountDownLatch queued = busy();
        CompletableFuture<RoomView> removal = writer.submit(new MemberChange.Remove(room, alice.id, bob.id, reader));
        CompletableFuture<Post.Posted> post = posting.post(draft(bob, "still here"));
        queued.countDown();
        removal.get();
        assertThatThrownBy(post::get).cause().isInstanceOfSatisfying(Refusal.class,
                refusal -> assertThat(refusal.code).isEqualTo(Code.ROOM_NOT_FOUND));
    }

    /** What is queued until this is counted down is one batch, since the writer is busy with what came before. */
    private CountDownLatch busy() {
        Busy busy = new Busy(room, alice.id);
        writer.submit(busy);
        await().until(() -> busy.begun.getCount() == 0);
        return busy.until;
    }

    private Draft draft(String content) {
        return draft(alice, content);
    }

    private Draft draft(Person sender, String content) {
        return new Draft(room, sender.id, content, null, null, null, null, List.of(), List.of());
    }

    private static final class Broken extends Change<Void> {

        Broken(long roomId, long userId) {
            super(roomId, userId);
        }

        @Override
        protected Void apply(RoomTurn turn) throws SQLException {
            turn.nextVersion();
            try (Statement statement = turn.connection().createStatement()) {
                statement.execute("update chat_rooms set name = 'broken', last_seq = 1 / (id - id)");
            }
            throw new AssertionError("divided by zero");
        }
    }

    private static final class Busy extends Change<Void> {

        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch until = new CountDownLatch(1);

        Busy(long roomId, long userId) {
            super(roomId, userId);
        }

        @Override
        protected Void apply(RoomTurn turn) {
            begun.countDown();
            try {
                until.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return null;
        }
    }

    private static final class HalfRefused extends Change<Void> {

        HalfRefused(long roomId, long userId) {
            super(roomId, userId);
        }

        @Override
        protected Void apply(RoomTurn turn) throws SQLException {
            turn.nextVersion();
            try (Statement statement = turn.connection().createStatement()) {
                statement.execute("update chat_rooms set name = 'half' where id = " + roomId);
            }
            throw new Refusal(Code.CONFLICT);
        }
    }

    private static final class CutOff extends Change<Void> {

        CutOff(long roomId, long userId) {
            super(roomId, userId);
        }

        @Override
        protected Void apply(RoomTurn turn) throws SQLException {
            try (Statement statement = turn.connection().createStatement()) {
                statement.execute("select pg_terminate_backend(pg_backend_pid())");
            }
            throw new IllegalStateException("cut off");
        }
    }
}
