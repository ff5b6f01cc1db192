package dev.parley.room;

import java.util.Arrays;
import java.util.function.Function;

/**
 * What a committed change tells the people of its room: the frame in the making. Rendered once for everybody, or once
 * a viewer when it is {@code personal} (it names files, whose URLs are signed for one user).
 */
public sealed interface Event {

    String type();

    Roster roster();

    long version();

    /** The frame's {@code data} as this viewer may see it; viewers get the same unless the event is personal. */
    Object data(Viewer viewer);

    boolean personal();

    /** Something said or changed in a room, for those who listen to that room. */
    record Said(String type, Roster roster, long version, boolean personal, Function<Viewer, Object> render)
            implements
                Event {

        @Override
        public Object data(Viewer viewer) {
            return render.apply(viewer);
        }
    }

    /**
     * A room was made, renamed, or its members changed: for every socket of its members, and of those who just left.
     *
     * @param arrived ids of users who are members from now on
     * @param departed ids of users who are no longer members
     */
    record Changed(Roster roster, long version, RoomView room, long[] arrived, long[] departed) implements Event {

        @Override
        public String type() {
            return "room_update";
        }

        @Override
        public Object data(Viewer viewer) {
            return Arrays.stream(departed).anyMatch(user -> user == viewer.userId()) ? room.forSomebodyWhoLeft() : room;
        }

        @Override
        public boolean personal() {
            return departed.length > 0;
        }
    }
}
