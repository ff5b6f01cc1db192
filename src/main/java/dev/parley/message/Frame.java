package dev.parley.message;

import io.quarkus.runtime.annotations.RegisterForReflection;

/** What a socket hears, also as an entry of {@code changes}: {@code type} first. */
@RegisterForReflection
public record Frame(String type, Object data) {
}
