package dev.parley.account;

import java.time.Instant;

import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.annotation.JsonProperty;

import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * A person as everyone sees them: document 004's user and when they were last here.
 *
 * @param avatarUrl where any signed-in user can load the picture, null when there is none
 * @param lastSeen null for somebody who was never here
 */
@RegisterForReflection
@Schema(name = "User")
public record UserView(long id, String name, String email,
        @Schema(description = "Of an uploaded picture a path of this service, under parley.base-url where that is set") @Nullable String avatarUrl,
        @JsonProperty("is_online") boolean isOnline, @Nullable Instant lastSeen) {

    static UserView of(Profile profile, boolean isOnline) {
        return new UserView(profile.id(), profile.name(), profile.email(), profile.avatarUrl(), isOnline,
                profile.lastSeen());
    }
}
