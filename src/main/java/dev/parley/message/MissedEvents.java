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

import org.hibernate.Session;

import dev.parley.account.Profile;
import dev.parley.account.Users;
import dev.parley.message.MessageView.Gone;
import dev.parley.message.MessageView.ReadReceipt;
import dev.parley.room.Event;
import dev.parley.room.Participant;
import dev.parley.room.Room;
import dev.parley.room.RoomEvents;
import dev.parley.room.RoomReader;
import dev.parley.room.RoomView;
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
            Room now = Room.findById(roomId);
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
        Room now = Room.findById(roomId);
        List<Event> events = events(roomId, since, now, Message.changedSince(roomId, since, limit + 1), false);
        boolean complete = events.size() <= limit;
        List<Event> kept = complete ? events : events.subList(0, limit);
        return new Part(kept, complete ? now.version : kept.get(limit - 1).version(), complete);
    }

    /** @param live whether they are for those who listen, and so have to be told as they happened */
    private List<Event> events(long roomId, long since, Room now, List<Message> changed, boolean live) {
        Roster roster = roster(now);
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

    /** Of the snapshot: what is known may be from before a change whose notice comes later, and is not heeded then. */
    private Roster roster(Room now) {
        Roster known = rosters.of(now.id);
        return known.membersVersion() == now.membersVersion ? known
                : entities.unwrap(Session.class).doReturningWork(connection -> rosters.read(connection, now.id));
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
        List<Participant> readers = Participant.readSince(roster.roomId(), since);
        Map<Long, Profile> profiles = users.get(readers.stream().map(reader -> reader.userId).toList());
        List<Event> receipts = new ArrayList<>();
        for (Participant reader : readers) {
            ReadReceipt receipt = new ReadReceipt(roster.roomId(), reader.userId, profiles.get(reader.userId).name(),
                    reader.lastReadSeq, reader.readVersion);
            receipts.add(new Event.Said("message_read", roster, receipt.version(), false, viewer -> receipt));
        }
        return receipts;
    }

    /** Live, everybody comes and goes where they did: what was said after it is for those who came. */
    private List<Event> roomChanges(Roster roster, long since, long info, boolean live) {
        NavigableMap<Long, Change> changes = new TreeMap<>();
        changes.put(info, new Change(LongStream.builder(), LongStream.builder()));
        for (Participant member : Participant.changedSince(roster.roomId(), since)) {
            Change change = changes.computeIfAbsent(live ? member.changedVersion : info,
                    version -> new Change(LongStream.builder(), LongStream.builder()));
            (member.isActive ? change.arrived : change.departed).add(member.userId);
        }
        List<Event> events = new ArrayList<>();
        RoomView now = rooms.forAll(roster.roomId());
        changes.forEach((version, change) -> events.add(new Event.Changed(roster, version, now.at(now.lastSeq(), version),
                change.arrived.build().toArray(), change.departed.build().toArray())));
        return events;
    }

    private record Change(LongStream.Builder arrived, LongStream.Builder departed) {
    }
}
