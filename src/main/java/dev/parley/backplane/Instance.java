package dev.parley.backplane;

import java.util.UUID;

import jakarta.inject.Singleton;

/** This process among those that share the database; a new one at every start. */
@Singleton
public class Instance {

    private final UUID id = UUID.randomUUID();

    public UUID id() {
        return id;
    }
}
