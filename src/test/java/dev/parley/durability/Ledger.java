package dev.parley.durability;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import com.fasterxml.jackson.databind.JsonNode;

/** What clients asked for and what they were told, written down by all of them at once. */
final class Ledger {

    private final Map<String, Story> stories = new ConcurrentHashMap<>();
    private final Map<String, Long> receipts = new ConcurrentHashMap<>();

    /** Before it is sent. */
    Story attempt(long room, String label) {
        Story story = new Story(room, label);
        stories.put(label, story);
        return story;
    }

    /** A message came in an answer or a frame: from now on it must be there, in this place. */
    Story told(JsonNode message) {
        String label = label(message.get("content").asText());
        Story story = stories.get(label);
        if (story == null) {
            throw new AssertionError("Nobody sent this: " + message);
        }
        story.places.add(new Story.Place(message.get("id").asLong(), message.get("seq").asLong()));
        return story;
    }

    /** A receipt came in an answer or a frame. */
    void read(JsonNode receipt) {
        receipts.merge(receipt.get("room_id").asLong() + " " + receipt.get("user_id").asLong(),
                receipt.get("last_read_seq").asLong(), Math::max);
    }

    long lastRead(long room, long user) {
        return receipts.getOrDefault(room + " " + user, 0L);
    }

    Collection<Story> stories() {
        return stories.values();
    }

    static String label(String text) {
        return text.split(" ", 2)[0];
    }
}
