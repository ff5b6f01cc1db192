package dev.parley.room;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

class RostersTest {

    /** As when somebody has read the rows before a change and keeps them after it. */
    @Test
    void anOlderRosterDoesNotTakeThePlaceOfANewerOne() {
        Rosters rosters = new Rosters(new PGSimpleDataSource());
        rosters.keep(roster(5, 1));
        rosters.keep(roster(6, 1, 2));
        rosters.keep(roster(5, 1));
        assertThat(rosters.of(7).users()).containsExactly(1, 2);
    }

    private static Roster roster(long version, long... users) {
        return new Roster(7, "group", version, users, new long[0]);
    }
}
