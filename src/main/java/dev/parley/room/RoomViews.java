package dev.parley.room;

import java.util.List;
import java.util.Map;

import jakarta.inject.Singleton;

/** Rooms as their members see them: with members, newest message and how much is unread. */
@Singleton
public class RoomViews {

    private final RoomReader reader;
    private final LatestMessages latest;

    RoomViews(RoomReader reader, LatestMessages latest) {
        this.reader = reader;
        this.latest = latest;
    }

    /** Newest activity first. */
    public List<RoomView> of(Viewer viewer) {
        List<RoomView> rooms = reader.of(viewer.userId());
        Map<Long, ?> messages = latest.of(rooms.stream().map(RoomView::id).toList(), viewer);
        return rooms.stream().map(room -> room.with(messages.get(room.id()))).toList();
    }

    /** One room; to a stranger it does not exist. */
    public RoomView one(Viewer viewer, long roomId) {
        return reader.one(viewer.userId(), roomId).with(latest.of(List.of(roomId), viewer).get(roomId));
    }
}
