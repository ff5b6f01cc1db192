package dev.parley.room;

import java.io.Serializable;
import java.time.Instant;

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
    public boolean isActive;

    public record Key(long roomId, long userId) implements Serializable {
    }
}
