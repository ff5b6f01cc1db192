package dev.parley.durability;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.parley.testsupport.Person;
import dev.parley.testsupport.Socket;

/** What somebody who comes back is given, over HTTP and on a socket, against a history at rest. */
final class CatchUp {

    /** Replays on a socket are this long at most; whoever missed more is told to fetch pages. */
    private static final int REPLAY = 1000;

    private final Person person;
    private final long room;

    CatchUp(Person person, long room) {
        this.person = person;
        this.room = room;
    }

    /** The whole history, oldest first. */
    List<Row> history() {
        List<Row> rows = new ArrayList<>();
        JsonNode slice;
        do {
            long after = rows.isEmpty() ? 0 : rows.getLast().seq();
            slice = person.get("/api/chat/rooms/" + room + "/messages?limit=200&after=" + after).expect(200);
            slice.get("messages").forEach(message -> rows.add(Row.of(message)));
        } while (slice.get("has_more").asBoolean());
        return rows;
    }

    long total() {
        return person.get("/api/chat/rooms/" + room + "/messages?per_page=1").expect(200).get("total").asLong();
    }

    /**
     * Asserts that both ways give exactly what changed after a version, and returns it.
     *
     * @param seq the last message that was there at that version
     */
    List<JsonNode> check(long since, long seq, List<Row> history) {
        List<JsonNode> frames = new ArrayList<>();
        long version = since;
        JsonNode answer;
        do {
            answer = person.get("/api/chat/rooms/" + room + "/changes?limit=500&since=" + version).expect(200);
            boolean first = version == since; // no page is empty unless it is the last
            answer.get("changes").forEach(frame -> frames.add(first ? frame : asNew(frame, seq)));
            version = answer.get("version").asLong();
        } while (answer.get("has_more").asBoolean());
        List<Long> versions = frames.stream().map(CatchUp::version).toList();
        assertThat(versions).as("versions rise from %s to %s", since, version).doesNotHaveDuplicates().isSorted()
                .allMatch(each -> each > since);
        assertThat(versions.isEmpty() ? since : versions.getLast()).isLessThanOrEqualTo(version);
        assertSame("changes of messages since " + since, expected(since, seq, history),
                frames.stream().filter(CatchUp::isAboutAMessage).map(CatchUp::line).toList());
        assertThat(frames.stream().filter(frame -> frame.get("type").asText().equals("message_read"))
                .map(frame -> frame.at("/data/user_id").asLong())).doesNotHaveDuplicates();
        onASocket(since, version, frames);
        return frames;
    }

    /**
     * A later page begins at a later version, so a message that was made on an earlier page's stretch and changed on this
     * one comes here for the first time, as an update.
     */
    private static JsonNode asNew(JsonNode frame, long seq) {
        if (isAboutAMessage(frame) && frame.at("/data/seq").asLong() > seq) {
            ((ObjectNode) frame).put("type", "new_message");
        }
        return frame;
    }

    private void onASocket(long since, long version, List<JsonNode> expected) {
        try (Socket socket = person.socket()) {
            socket.send("join_room", Map.of("room_id", room, "since", since));
            List<JsonNode> heard = new ArrayList<>();
            JsonNode joined = socket.await(frame -> {
                if (frame.path("data").has("version") && !frame.get("type").asText().equals("joined")) {
                    heard.add(frame);
                }
                return frame.get("type").asText().equals("joined");
            }, Duration.ofSeconds(10)).get("data");
            boolean resumed = expected.size() <= REPLAY;
            assertThat(joined.get("resumed").asBoolean()).isEqualTo(resumed);
            assertThat(joined.get("version").asLong()).isEqualTo(version);
            assertSame("replay since " + since, resumed ? expected.stream().map(CatchUp::line).toList() : List.of(),
                    heard.stream().map(CatchUp::line).toList());
        }
    }

    private static List<String> expected(long since, long seq, List<Row> history) {
        return history.stream().filter(row -> row.version() > since).sorted(Comparator.comparingLong(Row::version))
                .map(row -> {
                    if (row.seq() > seq) {
                        return line("new_message", row.id(), row.version(), row.content());
                    }
                    return row.deleted() ? line("message_deleted", row.id(), row.version(), "")
                            : line("message_update", row.id(), row.version(), row.content());
                }).toList();
    }

    /** Says where two long lists part, not all that is in them. */
    private static void assertSame(String what, List<String> expected, List<String> given) {
        for (int i = 0; i < Math.max(expected.size(), given.size()); i++) {
            String should = i < expected.size() ? expected.get(i) : "nothing";
            String does = i < given.size() ? given.get(i) : "nothing";
            assertThat(does).as("%s: line %d of %d, %d given", what, i, expected.size(), given.size()).isEqualTo(should);
        }
    }

    private static boolean isAboutAMessage(JsonNode frame) {
        return List.of("new_message", "message_update", "message_deleted").contains(frame.get("type").asText());
    }

    private static long version(JsonNode frame) {
        return frame.at("/data/version").asLong();
    }

    /** What a frame says, without who is online at the moment. */
    private static String line(JsonNode frame) {
        JsonNode data = frame.get("data");
        return frame.get("type").asText().equals("message_read")
                ? line("message_read", data.get("user_id").asLong(), version(frame), data.get("last_read_seq").asText())
                : line(frame.get("type").asText(), data.get("id").asLong(), version(frame), data.path("content").asText());
    }

    private static String line(String type, long id, long version, String content) {
        return version + " " + type + " " + id + " " + content;
    }
}
