package dev.parley.room;

import java.io.Serializable;
import java.time.Instant;
import java.util.List;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;

import org.jspecify.annotations.Nullable;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;

/** Somebody in a room, with how far they have read. Who left stays as an inactive row. */
@Entity
@Table(name = "chat_participants")
@IdClass(Participant.Key.class)
public class Participant extends PanacheEntityBase {

    public static final String MEMBER = "member";
    public static final String ADMIN = "admin";

    @Id
    public long roomId;
    @Id
    public long userId;
    public String role;
    public Instant joinedAt;
    public long lastReadSeq;
    public @Nullable Instant lastReadAt;
    public long readVersion;
    /** The version of the room at which they came or went last. */
    public long changedVersion;
    public boolean isActive;

    /** Who of those in a room has read something after a version of it. */
    public static List<Participant> readSince(long roomId, long version) {
        return list("roomId = ?1 and isActive and readVersion > ?2", roomId, version);
    }

    /** Who came into a room, or went, after a version of it. */
    public static List<Participant> changedSince(long roomId, long version) {
        return list("roomId = ?1 and changedVersion > ?2", roomId, version);
    }

    public record Key(long roomId, long userId) implements Serializable {
    }
}
