package dev.parley.backplane;

import java.nio.charset.StandardCharsets;
import java.util.List;

import jakarta.inject.Singleton;

import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

/** Writes notices and reads them. */
@Singleton
public class Notices {

    /** Where all instances listen. */
    public static final String CHANNEL = "parley";
    /**
     * Sends one, given its text and the sender's id, unless nobody else is alive: NOTIFY takes a lock of the whole
     * server. Null when it was not sent.
     */
    public static final String SEND = "(select pg_notify('" + CHANNEL + "', ?)::text from (select 1 from service_instances"
            + " where id <> ? and alive_until > now() limit 1) others)";

    private static final Logger LOG = Logger.getLogger(Notices.class);

    private final Instance self;
    private final ObjectMapper json;

    Notices(Instance self, ObjectMapper json) {
        this.self = self;
        this.json = json;
    }

    /** Of a commit: names the rooms, or, when there are too many, just says that there was one. */
    public String ofCommit(long parcel, List<Notice.Range> rooms) {
        String named = write(new Notice(self.id(), parcel, rooms, null, null, null, null));
        return fits(named) ? named : write(new Notice(self.id(), parcel, null, null, null, null, null));
    }

    String write(Notice notice) {
        try {
            return json.writeValueAsString(notice);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Null for what is none: some other program's, or that of a version to come. */
    @Nullable
    Notice read(String text) {
        try {
            return json.readValue(text, Notice.class);
        } catch (JsonProcessingException e) {
            LOG.warn("A notice of another instance could not be read");
            return null;
        }
    }

    static boolean fits(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length <= Notice.LONGEST;
    }
}
