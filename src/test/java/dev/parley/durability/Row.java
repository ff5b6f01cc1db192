package dev.parley.durability;

import com.fasterxml.jackson.databind.JsonNode;

/** A message as a page shows it afterwards. */
record Row(long id, long seq, long version, String content, boolean deleted, int likes) {

    static Row of(JsonNode message) {
        return new Row(message.get("id").asLong(), message.get("seq").asLong(), message.get("version").asLong(),
                message.get("content").asText(), message.get("is_deleted").asBoolean(),
                message.get("like_count").asInt());
    }
}
