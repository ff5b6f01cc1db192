package dev.parley.room;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

class AnnouncedTest {

    private static final long ROOM = 7;
    private static final Roster ROSTER = new Roster(ROOM, "group", 1, new long[0], new long[0]);
    /** More than are remembered. */
    private static final int MANY = 200_000;

    private final List<Long> heard = new ArrayList<>();
    private final Announced announced = new Announced(
            new Announcers(List.of(events -> events.forEach(event -> heard.add(event.version())))));

    @Test
    void whatComesBehindSomethingThatNobodyToldOfWaitsForThat() {
        announced.begun(Map.of(ROOM, 1L));
        announced.announce(List.of(said(2), said(4)));
        assertThat(heard).containsExactly(2L);
        assertThat(announced.gaps()).singleElement().satisfies(gap -> assertThat(gap.first()).isEqualTo(3));
    }

    @Test
    void whatNobodyToldOfIsHeardBeforeTheFirstThatSomebodyTellsOf() {
        announced.begun(Map.of(ROOM, 10L));
        announced.announce(ROSTER, announced.upTo(ROOM, 11), new RoomEvents.Missed(List.of(said(11), said(12)), 12, false));
        assertThat(heard).containsExactly(11L, 12L);
    }

    @Test
    void ofARoomThatWasForgottenAmongManyNothingSeemsToBeMissing() {
        announced.begun(Map.of(ROOM, 1L));
        announced.announce(List.of(said(2), said(3)));
        for (long other = ROOM + 1; other <= ROOM + MANY; other++) {
            announced.skip(other, 1);
        }
        announced.announce(List.of(said(4)));
        assertThat(heard).containsExactly(2L, 3L, 4L);
        assertThat(announced.gaps()).isEmpty();
    }

    private static Event said(long version) {
        return new Event.Said("new_message", ROSTER, version, false, viewer -> version);
    }
}
