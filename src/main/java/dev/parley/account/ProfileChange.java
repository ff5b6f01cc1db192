package dev.parley.account;

import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.parley.problem.Code;
import dev.parley.problem.Input;
import dev.parley.problem.Refusal;

/**
 * What the caller wants to change of themselves.
 *
 * @param name null (absent): stays
 * @param avatarUrl null (absent): stays; empty (JSON null): no picture
 */
record ProfileChange(@Nullable String name, @Nullable Optional<String> avatarUrl) {

    ProfileChange {
        name = name == null ? null : Input.line("name", name, NewAccount.MAX_NAME);
    }

    /** @param shown as what the picture is shown now: sent back, it stays */
    void applyTo(User user, @Nullable String shown) {
        if (name != null) {
            user.name = name;
        }
        if (avatarUrl != null && !avatarUrl.equals(Optional.ofNullable(shown))) {
            if (avatarUrl.isPresent() && !WebAddress.isValid(avatarUrl.get())) {
                throw new Refusal(Code.BAD_REQUEST, "avatar_url is not an http(s) address of at most 2048 characters");
            }
            user.avatarUrl = avatarUrl.orElse(null);
            user.avatarId = null;
        }
    }
}
