package dev.parley;

import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * What Caffeine looks up by name for the caches of this program: a class by what the cache does, and one for its entries.
 * A native program has those only that are named here, or by Quarkus for the caches it expects.
 */
@RegisterForReflection(classNames = {
        // maximumSize, and with expireAfterWrite, and with expireAfterAccess
        "com.github.benmanes.caffeine.cache.SSMS", "com.github.benmanes.caffeine.cache.PSMS",
        "com.github.benmanes.caffeine.cache.SSMSW", "com.github.benmanes.caffeine.cache.PSWMS",
        "com.github.benmanes.caffeine.cache.SSMSA", "com.github.benmanes.caffeine.cache.PSAMS",
        // weakValues
        "com.github.benmanes.caffeine.cache.SI", "com.github.benmanes.caffeine.cache.PW",
        // maximumWeight with expireAfterWrite
        "com.github.benmanes.caffeine.cache.SSMWW", "com.github.benmanes.caffeine.cache.PSWMW" })
final class NativeCaches {

    private NativeCaches() {
    }
}
