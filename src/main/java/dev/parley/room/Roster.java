package dev.parley.room;

import java.util.Arrays;

/**
 * Who is in a room, as of the room's {@code membersVersion}: a snapshot that is cached and replaced, never changed.
 *
 * @param users ids of the active members, ascending
 * @param admins ids of those who may rename, add and remove, ascending
 */
public record Roster(long roomId, String roomType, long membersVersion, long[] users, long[] admins) {

    public boolean has(long userId) {
        return Arrays.binarySearch(users, userId) >= 0;
    }

    public boolean isAdmin(long userId) {
        return Arrays.binarySearch(admins, userId) >= 0;
    }

    public boolean isDirect() {
        return roomType.equals(Room.DIRECT);
    }

    /** The other of the two in a direct room; in a group, or when the other left, -1. */
    public long otherThan(long userId) {
        if (!isDirect()) {
            return -1;
        }
        for (long user : users) {
            if (user != userId) {
                return user;
            }
        }
        return -1;
    }
}
