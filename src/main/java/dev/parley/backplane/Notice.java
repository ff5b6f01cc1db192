package dev.parley.backplane;

import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;

import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * What one instance tells the others. Small, since PostgreSQL takes less than 8,000 bytes: where rows changed, the rows are
 * the truth.
 *
 * @param from the instance that sends it
 * @param parcel the sender's own number of what it committed
 * @param rooms whose versions went from one to another; null with {@code parcel} set from an instance of an earlier release
 *        that had too many to name, so that everybody has to look
 * @param typing who has begun or ceased to type
 * @param came users who have a socket on the sender now
 * @param went users who have none there any more
 * @param users whose profiles changed
 */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Notice(UUID from, @Nullable Long parcel, @Nullable List<Range> rooms, @Nullable List<Typing> typing,
        @Nullable List<Long> came, @Nullable List<Long> went, @Nullable List<Long> users) {

    /** Versions {@code first} to {@code last} of a room. @param members whether its members may have changed */
    @RegisterForReflection
    @JsonFormat(shape = JsonFormat.Shape.ARRAY)
    @JsonPropertyOrder({ "roomId", "first", "last", "members" })
    public record Range(long roomId, long first, long last, boolean members) {

        /** Both, of one room. */
        public Range and(Range other) {
            return new Range(roomId, Math.min(first, other.first), Math.max(last, other.last), members || other.members);
        }
    }

    @RegisterForReflection
    public record Typing(long roomId, long userId, String userName, boolean isTyping) {
    }
}
