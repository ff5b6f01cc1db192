package dev.parley.account;

import jakarta.inject.Singleton;

import io.quarkus.arc.DefaultBean;

/** Stands in where no relay runs. */
@DefaultBean
@Singleton
class NobodyOnline implements Presence {

    @Override
    public boolean isOnline(long userId) {
        return false;
    }
}
