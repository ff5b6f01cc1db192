package dev.parley.room;

import java.util.List;
import java.util.function.Consumer;

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
        forEach(announcer -> announcer.committed(events));
    }

    void missed(Roster room) {
        forEach(announcer -> announcer.missed(room));
    }

    private void forEach(Consumer<Announcer> telling) {
        for (Announcer each : all) {
            try {
                telling.accept(each);
            } catch (RuntimeException | Error e) {
                // It is stored: whoever asked must hear so, and whoever missed it catches up.
                LOG.error("A commit could not be announced", e);
            }
        }
    }
}
