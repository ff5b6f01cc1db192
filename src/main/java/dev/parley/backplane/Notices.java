package dev.parley.backplane;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import jakarta.inject.Singleton;

import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.parley.problem.Rows;

/** Writes notices and reads them. */
@Singleton
public class Notices {

    /** Where all instances listen. */
    public static final String CHANNEL = "parley";
    /**
     * Sends some, given their texts and the sender's id, unless nobody else is alive: NOTIFY takes a lock of the whole
     * server. Whether any was sent.
     */
    public static final String SEND = "(select count(pg_notify('" + CHANNEL + "', notice)::text) > 0 from unnest(?) notice"
            + " where exists (select from service_instances where id <> ? and alive_until > now()))";

    /** Of one notice, so that it fits, however large the numbers are. */
    private static final int MOST_ROOMS = 100;
    private static final Logger LOG = Logger.getLogger(Notices.class);

    private final Instance self;
    private final ObjectMapper json;

    Notices(Instance self, ObjectMapper json) {
        this.self = self;
        this.json = json;
    }

    /** Of a commit: as many as it takes to name its rooms. */
    public List<String> ofCommit(long parcel, List<Notice.Range> rooms) {
        return chunks(rooms, MOST_ROOMS).stream()
                .map(chunk -> write(new Notice(self.id(), parcel, chunk, null, null, null, null))).toList();
    }

    /** {@link #SEND} by itself. */
    public static boolean send(Connection connection, List<String> texts, UUID sender) throws SQLException {
        return Rows.ask(connection, "select " + SEND, row -> row.getBoolean(1), texts.toArray(String[]::new), sender)
                .getFirst();
    }

    static <T> List<List<T>> chunks(List<T> words, int most) {
        List<List<T>> chunks = new ArrayList<>();
        for (int at = 0; at < words.size(); at += most) {
            chunks.add(words.subList(at, Math.min(words.size(), at + most)));
        }
        return chunks;
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
}
