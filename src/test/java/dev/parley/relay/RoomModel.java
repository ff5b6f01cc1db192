package dev.parley.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.parley.testsupport.Person;

/** What a client knows of a room from frames alone, checked frame by frame. */
final class RoomModel {

    private final long room;
    private final Map<Long, JsonNode> messages = new TreeMap<>();
    private final Map<Long, Long> read = new HashMap<>();
    long version;

    /** Of a room in which nothing was said yet. */
    RoomModel(long room, long version) {
        this.room = room;
        this.version = version;
    }

    /** A frame of a replay or a page of changes: each version once, in rising order. */
    void replayed(JsonNode frame) {
        take(frame, true);
    }

    /** A live frame: every version comes, one by one. */
    void live(JsonNode frame) {
        assertThat(frame.at("/data/version").asLong()).as("after %s: %s", version, frame).isEqualTo(version + 1);
        take(frame, true);
    }

    /** A page of changes may begin after a message was made, which is then first seen when it changes. */
    void paged(JsonNode frame) {
        take(frame, false);
    }

    private void take(JsonNode frame, boolean inOrder) {
        JsonNode data = frame.get("data");
        String type = frame.get("type").asText();
        assertThat(data.get("version").asLong()).as("after %s: %s", version, frame).isGreaterThan(version);
        version = data.get("version").asLong();
        long seq = data.path("seq").asLong();
        switch (type) {
            case "new_message" -> {
                assertThat(messages).as("a duplicate: %s", frame).doesNotContainKey(seq);
                messages.put(seq, data);
                read(data.at("/sender_details/id").asLong(), seq);
            }
            case "message_update" -> {
                if (inOrder) {
                    assertThat(messages).as("unknown: %s", frame).containsKey(seq);
                }
                messages.put(seq, data);
                read(data.at("/sender_details/id").asLong(), seq);
            }
            case "message_deleted" -> {
                if (inOrder) {
                    assertThat(messages).as("unknown: %s", frame).containsKey(seq);
                }
                ObjectNode gone = messages.containsKey(seq) ? messages.get(seq).deepCopy() : data.deepCopy();
                gone.put("is_deleted", true).put("content", "").put("like_count", 0).put("pinned", false).put("version",
                        version);
                messages.put(seq, gone);
            }
            case "message_read" -> read(data.get("user_id").asLong(), data.get("last_read_seq").asLong());
            case "room_update" -> {
            }
            default -> throw new AssertionError("Takes no version: " + frame);
        }
    }

    private void read(long user, long seq) {
        read.merge(user, seq, Math::max);
    }

    /** Compares with the pages; of those who read, only the ones that the frames can tell of. */
    void assertEqualsPages(Person reader, boolean receipts) {
        Map<Long, JsonNode> pages = new TreeMap<>();
        JsonNode page;
        long after = 0;
        do {
            page = reader.get("/api/chat/rooms/" + room + "/messages?limit=200&after=" + after).expect(200);
            page.get("messages").forEach(message -> pages.put(message.get("seq").asLong(), message));
            after += 200;
        } while (page.get("has_more").asBoolean());
        assertThat(messages.keySet()).isEqualTo(pages.keySet());
        assertThat(messages.keySet()).hasSize((int) page.get("total").asLong());
        pages.forEach((seq, message) -> {
            JsonNode mine = messages.get(seq);
            for (String field : new String[] { "id", "seq", "version", "content", "is_deleted", "like_count", "pinned",
                    "room_id" }) {
                if (mine.has(field)) {
                    assertThat(mine.get(field).asText()).as("%s of %s", field, message).isEqualTo(message.get(field).asText());
                }
            }
            if (receipts) {
                long sender = message.at("/sender_details/id").asLong();
                long readers = read.entrySet().stream().filter(one -> one.getKey() != sender && one.getValue() >= seq)
                        .count();
                assertThat(readers).as("readers of %s", message).isEqualTo(message.get("read_count").asLong());
                assertThat(message.get("is_read").asBoolean()).isEqualTo(readers > 0);
            }
        });
    }

    int size() {
        return messages.size();
    }
}
