package dev.parley.message;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import jakarta.inject.Singleton;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;

import dev.parley.account.User;
import dev.parley.problem.Input;
import dev.parley.room.RoomAccess;
import dev.parley.room.Viewer;
import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * Looks for words in what was said in a room. Without an index, which every message would pay for when it is written: each
 * answer looks at a bounded part of the history, and says where the next one goes on.
 */
@Singleton
class Search {

    private static final int LONGEST = 200;
    /** Messages: 3 ms of the database where they are short, 120 where all of them are as long as can be. */
    private static final int LOOKED_AT = 2_000;
    // The database does not notice that nobody waits for an answer any more.
    private static final String PATIENCE = "select set_config('statement_timeout', '2s', true)";

    // The names are put together, not compared one by one: a subquery that could be joined might read all files there are.
    private static final String NEWEST_FIRST = """
            select %s from chat_messages m
             where room_id = ?1 and seq between ?2 and ?3 and deleted_at is null
               and lower(content || case when file_count = 0 then '' else (
                       select coalesce(normalize(string_agg(E'\\n' || original_name, '')), '') from media_attachments a
                        where a.message_id = m.id and a.state = 'bound') end)
                   like all (array(select lower(part) from unnest(cast(?4 as text[])) as part))
             order by seq desc limit ?5""".formatted(Message.COLUMNS);

    private final EntityManager entities;
    private final RoomAccess access;
    private final MissedEvents missed;
    private final History history;

    Search(EntityManager entities, RoomAccess access, MissedEvents missed, History history) {
        this.entities = entities;
        this.access = access;
        this.missed = missed;
        this.history = history;
    }

    /**
     * Messages with all the words, oldest first.
     *
     * @param searchedTo the {@code before} of the next request: all from here on were looked at
     * @param hasMore whether there are messages before {@code searchedTo}; none may match
     */
    @RegisterForReflection
    record Matches(List<MessageView> messages, long total, boolean hasMore, long searchedTo) {
    }

    /** @param text words, each to be in the message's text or in the name of one of its files, in any case and order */
    @Transactional
    Matches before(Viewer viewer, long roomId, long seq, String text, int limit) {
        String[] parts = Arrays.stream(Input.line("search", text, LONGEST).split("\\s+")).distinct().map(User::containing)
                .toArray(String[]::new);
        missed.snapshot();
        entities.createNativeQuery(PATIENCE, String.class).getSingleResult();
        long total = access.requireMember(viewer.userId(), roomId).lastSeq();
        long to = Math.min(seq - 1, total);
        long from = Math.max(1, to - LOOKED_AT + 1);
        List<Message> found = new ArrayList<>();
        for (Object row : entities.createNativeQuery(NEWEST_FIRST, Message.class).setParameter(1, roomId)
                .setParameter(2, from).setParameter(3, to).setParameter(4, parts).setParameter(5, limit).getResultList()) {
            found.add((Message) row);
        }
        long searchedTo = found.size() < limit ? from : found.getLast().seq;
        return new Matches(history.views(found.reversed(), viewer), total, searchedTo > 1, searchedTo);
    }
}
