package dev.parley.room;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.core.JsonProcessingException;

import dev.parley.room.RoomView.MemberView;
import dev.parley.testsupport.PlainJson;

class RoomJsonTest {

    private static final Instant THEN = Instant.parse("2026-11-22T06:04:05.678901Z");

    @Test
    void writesWhatJacksonMakesOfTheRecords() throws JsonProcessingException {
        PlainJson.assertSame(new RoomJson(), rooms());
    }

    private static List<RoomView> rooms() {
        MemberView ann = new MemberView(1, "Ann \"quoted\" 😀", "ann@example.org", "/avatar/1", true, THEN, "admin", THEN, 7,
                3);
        MemberView ben = new MemberView((1L << 53) - 1, "Ben", "ben@example.org", null, false, null, "member",
                Instant.EPOCH, 0, 0);
        return List.of(
                new RoomView(5, "A \\ room\n", "group", 1, THEN, Instant.EPOCH, List.of(ann, ben), 9, 12, true, 30,
                        Map.of("id", 3), 2L, 7L),
                new RoomView((1L << 53) - 1, null, "direct", 2, THEN, THEN, List.of(), 0, 1, false, null, null, null, null));
    }
}
