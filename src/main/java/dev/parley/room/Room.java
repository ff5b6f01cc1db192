package dev.parley.room;

import java.time.Instant;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

import org.jspecify.annotations.Nullable;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;

/** A conversation: {@code direct} between two people, made once, or a named {@code group}. */
@Entity
@Table(name = "chat_rooms")
public class Room extends PanacheEntityBase {

    public static final String DIRECT = "direct";
    public static final String GROUP = "group";

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    public Long id;
    public @Nullable String name;
    public String roomType;
    public long createdBy;
    public Instant createdAt;
    /** When the newest message came, or the room was made. */
    public Instant updatedAt;
    public boolean isActive;
    public long lastSeq;
    public long version;
    public long membersVersion;
    public long infoVersion;
    public @Nullable Long directLow;
    public @Nullable Long directHigh;
}
