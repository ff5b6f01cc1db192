package dev.parley.durability;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import com.fasterxml.jackson.databind.JsonNode;

import dev.parley.testsupport.Person;
import dev.parley.testsupport.Socket;

/** Listens in one room until its socket breaks, checks the order of what it hears, and knows where it stopped. */
final class Listener {

    final Person person;
    final long room;
    final Socket socket;
    /** Where it began to listen. */
    final long firstVersion;
    final long firstSeq;
    private final Ledger ledger;
    private final List<String> disorder = new CopyOnWriteArrayList<>();
    /** The labels of posts that were answered by an error. */
    final Set<String> refused = ConcurrentHashMap.newKeySet();
    private volatile long version;
    private volatile long seq;

    Listener(Person person, long room, Ledger ledger) {
        this.person = person;
        this.room = room;
        this.ledger = ledger;
        this.socket = Socket.open(person.base, person.token, room);
        JsonNode joined = socket.await("joined").get("data");
        version = joined.get("version").asLong();
        seq = joined.get("last_seq").asLong();
        firstVersion = version;
        firstSeq = seq;
        socket.listen(this::hear);
    }

    /** The version of the last frame it heard. */
    long version() {
        return version;
    }

    /** The number of the last message it heard. */
    long seq() {
        return seq;
    }

    List<String> disorder() {
        return disorder;
    }

    private void hear(JsonNode frame) {
        String type = frame.get("type").asText();
        JsonNode data = frame.path("data");
        switch (type) {
            case "new_message" -> {
                if (!data.get("is_deleted").asBoolean()) {
                    ledger.told(data);
                }
                if (data.get("seq").asLong() != seq + 1) {
                    disorder.add("after message " + seq + " came " + data.get("seq"));
                }
                seq = data.get("seq").asLong();
                advance(type, data);
            }
            case "message_update" -> advance(type, data);
            case "message_deleted" -> advance(type, data);
            case "message_read" -> {
                ledger.read(data);
                advance(type, data);
            }
            case "error" -> refused.add(frame.path("local_temp_id").asText());
            default -> {
                // presence and typing take no version
            }
        }
    }

    private void advance(String type, JsonNode data) {
        long next = data.get("version").asLong();
        if (next <= version) {
            disorder.add(type + " of version " + next + " after " + version);
        }
        version = next;
    }
}
