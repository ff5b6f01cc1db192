package dev.parley.rate;

import java.time.Duration;

import jakarta.inject.Singleton;

import dev.parley.problem.Code;
import dev.parley.problem.Refusal;

/** Says no to who does too much. */
@Singleton
public class Rates {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final Buckets<Long> messages;
    private final Buckets<Long> rooms;
    private final Buckets<Long> members;
    private final Buckets<Long> uploads;

    Rates(RateSettings settings) {
        messages = new Buckets<>(settings.messages(), MINUTE, System::nanoTime);
        rooms = new Buckets<>(settings.rooms(), MINUTE, System::nanoTime);
        members = new Buckets<>(settings.members(), MINUTE, System::nanoTime);
        uploads = new Buckets<>(settings.uploads(), MINUTE, System::nanoTime);
    }

    /**
     * Posting a message and changing one.
     *
     * @throws Refusal {@link Code#TOO_MANY_REQUESTS}, with the seconds to wait
     */
    public void message(long userId) {
        admit(messages.take(userId), "Too many messages");
    }

    /**
     * Opening a room and changing it, which all its members are told of.
     *
     * @throws Refusal {@link Code#TOO_MANY_REQUESTS}, with the seconds to wait
     */
    public void room(long userId) {
        admit(rooms.take(userId), "Too many new and changed rooms");
    }

    /**
     * Putting people into a room: each of them has it in their list from then on, with all its members.
     *
     * @throws Refusal {@link Code#TOO_MANY_REQUESTS}, with the seconds to wait
     */
    public void members(long userId, int count) {
        admit(members.take(userId, count), "Too many new members");
    }

    /**
     * Changing one's own name or picture, which all are told of who share a room: from the rate of rooms.
     *
     * @throws Refusal {@link Code#TOO_MANY_REQUESTS}, with the seconds to wait
     */
    public void profile(long userId) {
        admit(rooms.take(userId), "Too many changes");
    }

    /** @throws Refusal {@link Code#TOO_MANY_REQUESTS}, with the seconds to wait */
    public void upload(long userId) {
        admit(uploads.take(userId), "Too many uploads");
    }

    /** @param wait seconds, 0 for go on */
    public static void admit(int wait, String detail) {
        if (wait > 0) {
            throw new Refusal(Code.TOO_MANY_REQUESTS, detail + "; try again in " + wait + " seconds", wait);
        }
    }
}
