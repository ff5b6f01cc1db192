package dev.parley.room;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

class AnnouncersTest {

    private final List<Long> heard = new ArrayList<>();
    private final List<Long> missed = new ArrayList<>();
    private final List<Long> missedByOthers = new ArrayList<>();

    /** Nobody else would tell them that they missed anything. */
    @Test
    void whoeverListensByWhatCannotTellACommitHasToComeBackForEachOfItsRooms() {
        Announcer failing = new Announcer() {
            @Override
            public void committed(List<Event> events) {
                throw new IllegalStateException("of a test");
            }

            @Override
            public void missed(Roster room) {
                missed.add(room.roomId());
                throw new IllegalStateException("of a test");
            }
        };
        Announcer other = new Announcer() {
            @Override
            public void committed(List<Event> events) {
                events.forEach(event -> heard.add(event.version()));
            }

            @Override
            public void missed(Roster room) {
                missedByOthers.add(room.roomId());
            }
        };
        new Announcers(List.of(failing, other)).committed(List.of(said(7, 1), said(8, 2), said(7, 3)));
        assertThat(missed).containsExactly(7L, 8L);
        assertThat(heard).containsExactly(1L, 2L, 3L);
        assertThat(missedByOthers).isEmpty();
    }

    private static Event said(long room, long version) {
        return new Event.Said("new_message", new Roster(room, "group", 1, new long[0], new long[0]), version, false,
                viewer -> version);
    }
}
