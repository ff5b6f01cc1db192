package dev.parley.room;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;

import dev.parley.room.RoomView.MemberView;

class RoomJsonTest {

    private static final Instant THEN = Instant.parse("2026-11-22T06:04:05.678901Z");

    /** Field by field, in the same order: whoever adds a field to the records adds it to the writer. */
    @Test
    void writesWhatJacksonMakesOfTheRecords() throws JsonProcessingException {
        ObjectMapper plain = new ObjectMapper().registerModule(new JavaTimeModule())
                .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE);
        ObjectMapper ours = plain.copy();
        new RoomJson().customize(ours);
        for (RoomView room : rooms()) {
            assertThat(ours.writeValueAsString(room)).isEqualTo(plain.writeValueAsString(room));
        }
    }

    private static List<RoomView> rooms() {
        MemberView ann = new MemberView(1, "Ann \"quoted\" 😀", "ann@example.org", "/avatar/1", true, THEN, "admin", THEN, 7);
        MemberView ben = new MemberView((1L << 53) - 1, "Ben", "ben@example.org", null, false, null, "member",
                Instant.EPOCH, 0);
        return List.of(
                new RoomView(5, "A \\ room\n", "group", 1, THEN, Instant.EPOCH, List.of(ann, ben), 9, 12, true, 30,
                        Map.of("id", 3), 2L, 7L),
                new RoomView((1L << 53) - 1, null, "direct", 2, THEN, THEN, List.of(), 0, 1, false, null, null, null, null));
    }
}
