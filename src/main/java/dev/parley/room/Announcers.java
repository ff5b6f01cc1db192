package dev.parley.room;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import jakarta.inject.Singleton;

import org.jboss.logging.Logger;

import io.quarkus.arc.All;

/** All who are told of commits; what one of them cannot tell, the others still do. */
@Singleton
class Announcers {

    private static final Logger LOG = Logger.getLogger(Announcers.class);

    private final List<Announcer> all;

    Announcers(@All List<Announcer> all) {
        this.all = all;
    }

    void committed(List<Event> events) {
        for (Announcer each : all) {
            try {
                each.committed(events);
            } catch (RuntimeException | Error e) {
                // It is stored: whoever asked must hear so, and whoever missed it has to come back and catch up. Before a
                // line of the log, for which there may be no memory.
                Map<Long, Roster> rooms = new LinkedHashMap<>();
                events.forEach(event -> rooms.put(event.roster().roomId(), event.roster()));
                rooms.values().forEach(room -> missed(each, room));
                LOG.error("A commit could not be announced", e);
            }
        }
    }

    void missed(Roster room) {
        all.forEach(each -> missed(each, room));
    }

    private static void missed(Announcer announcer, Roster room) {
        try {
            announcer.missed(room);
        } catch (RuntimeException | Error e) {
            LOG.error("Whoever missed something could not be told so", e);
        }
    }
}
