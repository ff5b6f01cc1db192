package dev.parley.message;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.LongStream;

import jakarta.inject.Singleton;
import jakarta.persistence.EntityManager;

import dev.parley.account.Profile;
import dev.parley.account.Users;
import dev.parley.message.MessageView.Gone;
import dev.parley.message.MessageView.ReadReceipt;
import dev.parley.room.Event;
import dev.parley.room.RoomEvents;
import dev.parley.room.RoomReader;
import dev.parley.room.Roster;
import dev.parley.room.Rosters;
import io.quarkus.narayana.jta.QuarkusTransaction;

/** What somebody missed in a room, or what another instance committed: the announcements again, from the rows. */
@Singleton
class MissedEvents implements RoomEvents {

    private static final long NOBODY = 0;

    private final Rosters rosters;
    private final Snapshots snapshots;
    private final MessageRenderer renderer;
    private final RoomReader rooms;
    private final Users users;
    private final EntityManager entities;

    MissedEvents(Rosters rosters, Snapshots snapshots, MessageRenderer renderer, RoomReader rooms, Users users,
            EntityManager entities) {
        this.rosters = rosters;
        this.snapshots = snapshots;
        this.renderer = renderer;
        this.rooms = rooms;
        this.users = users;
        this.entities = entities;
    }

    /**
     * Some of what happened.
     *
     * @param version where the events end: the room's own when they are complete
     */
    record Part(List<Event> events, long version, boolean complete) {
    }

    @Override
    public Missed since(long roomId, long version, int most) {
        return QuarkusTransaction.requiringNew().call(() -> {
            snapshot();
            Numbers now = numbers(roomId);
            List<Message> changed = Message.changedSince(roomId, version, most + 1);
            return changed.size() > most ? new Missed(List.of(), now.version, true)
                    : new Missed(events(roomId, version, now, changed, true), now.version, false);
        });
    }

    /**
     * Rows and the room's version are read in one snapshot, so that live frames past it continue exactly where this ends, and
     * no message is shown half as it was and half as it became.
     */
    void snapshot() {
        users.snapshot();
        entities.createNativeQuery("set transaction isolation level repeatable read, read only").executeUpdate();
    }

    /**
     * Whether more changes, or texts of more bytes, were missed than that, without reading them. Only a little more may still
     * come: a change of the room itself, and what goes with a text. In the caller's transaction.
     */
    boolean isMoreThan(long roomId, long since, int changes, long bytes) {
        return (Boolean) entities.createNativeQuery("""
                select count(*) + (select count(*) from chat_participants
                                    where room_id = ?1 and is_active and read_version > ?2) > ?3
                       or coalesce(sum(octet_length(content)), 0) > ?4
                  from (select content from chat_messages where room_id = ?1 and version > ?2
                         order by version limit ?3 + 1) missed""", Boolean.class)
                .setParameter(1, roomId).setParameter(2, since).setParameter(3, changes).setParameter(4, bytes)
                .getSingleResult();
    }

    /** In the caller's transaction, whose {@link #snapshot} was taken: each thing once, where it was changed last. */
    Part read(long roomId, long since, int limit) {
        Numbers now = numbers(roomId);
        List<Event> events = events(roomId, since, now, Message.changedSince(roomId, since, limit + 1), false);
        boolean complete = events.size() <= limit;
        List<Event> kept = complete ? events : events.subList(0, limit);
        return new Part(kept, complete ? now.version : kept.get(limit - 1).version(), complete);
    }

    /** @param live whether they are for those who listen, and so have to be told as they happened */
    private List<Event> events(long roomId, long since, Numbers now, List<Message> changed, boolean live) {
        Roster roster = rosters.of(roomId);
        List<Event> events = new ArrayList<>();
        for (Snapshot snapshot : snapshots.of(changed, NOBODY)) {
            events.addAll(live ? asItHappened(snapshot, roster, since) : List.of(event(snapshot, roster, since)));
        }
        events.addAll(receipts(roster, since));
        if (now.infoVersion > since) {
            events.addAll(roomChanges(roster, since, now.infoVersion, live));
        }
        events.sort(Comparator.comparingLong(Event::version));
        return events;
    }

    /** @param infoVersion when the room itself was changed last */
    private record Numbers(long version, long infoVersion) {
    }

    private Numbers numbers(long roomId) {
        Object[] row = (Object[]) entities
                .createNativeQuery("select version, info_version from chat_rooms where id = ?1", Object[].class)
                .setParameter(1, roomId).getSingleResult();
        return new Numbers((Long) row[0], (Long) row[1]);
    }

    private Event event(Snapshot snapshot, Roster roster, long since) {
        Message message = snapshot.message();
        return message.createdVersion > since ? renderer.event("new_message", snapshot.labelled(), roster)
                : change(snapshot, roster);
    }

    /** New messages where they were posted, so that whoever listens hears them in their order, and again where they changed. */
    private List<Event> asItHappened(Snapshot snapshot, Roster roster, long since) {
        Message message = snapshot.message();
        if (message.createdVersion <= since) {
            return List.of(change(snapshot, roster));
        }
        Event posted = renderer.event("new_message", snapshot.labelled(), roster, message.createdVersion);
        return message.version == message.createdVersion ? List.of(posted) : List.of(posted, change(snapshot, roster));
    }

    private Event change(Snapshot snapshot, Roster roster) {
        Message message = snapshot.message();
        if (message.isDeleted()) {
            Gone gone = new Gone(message.id, message.roomId, message.seq, message.version);
            return new Event.Said("message_deleted", roster, message.version, false, viewer -> gone);
        }
        return renderer.event("message_update", snapshot, roster);
    }

    private List<Event> receipts(Roster roster, long since) {
        List<?> rows = entities.createNativeQuery("""
                select user_id, last_read_seq, read_version from chat_participants
                 where room_id = ?1 and is_active and read_version > ?2""", Object[].class)
                .setParameter(1, roster.roomId()).setParameter(2, since).getResultList();
        Map<Long, Profile> readers = users.get(rows.stream().map(row -> (Long) ((Object[]) row)[0]).toList());
        List<Event> receipts = new ArrayList<>();
        for (Object row : rows) {
            Object[] columns = (Object[]) row;
            long reader = (Long) columns[0];
            ReadReceipt receipt = new ReadReceipt(roster.roomId(), reader, readers.get(reader).name(), (Long) columns[1],
                    (Long) columns[2]);
            receipts.add(new Event.Said("message_read", roster, receipt.version(), false, viewer -> receipt));
        }
        return receipts;
    }

    /** Live, everybody comes and goes where they did: what was said after it is for those who came. */
    private List<Event> roomChanges(Roster roster, long since, long info, boolean live) {
        NavigableMap<Long, Change> changes = new TreeMap<>();
        changes.put(info, new Change(LongStream.builder(), LongStream.builder()));
        for (Object row : entities.createNativeQuery("""
                select user_id, is_active, changed_version from chat_participants
                 where room_id = ?1 and changed_version > ?2""", Object[].class)
                .setParameter(1, roster.roomId()).setParameter(2, since).getResultList()) {
            Object[] columns = (Object[]) row;
            Change change = changes.computeIfAbsent(live ? (Long) columns[2] : info,
                    version -> new Change(LongStream.builder(), LongStream.builder()));
            ((Boolean) columns[1] ? change.arrived : change.departed).add((Long) columns[0]);
        }
        List<Event> events = new ArrayList<>();
        changes.forEach((version, change) -> events.add(new Event.Changed(roster, version,
                rooms.shared(roster.roomId(), version), change.arrived.build().toArray(), change.departed.build().toArray())));
        return events;
    }

    private record Change(LongStream.Builder arrived, LongStream.Builder departed) {
    }
}
