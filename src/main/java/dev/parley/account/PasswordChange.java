package dev.parley.account;

import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What it takes to change one's password.
 *
 * @param password the new one, as {@link NewAccount} has it
 */
@Schema(requiredProperties = { "current_password", "password" })
record PasswordChange(@Nullable String currentPassword, @Nullable String password) {

    PasswordChange {
        currentPassword = NewAccount.passwordWithinLimit("current_password", currentPassword);
        password = NewAccount.newPassword(password);
    }

    // A record prints its fields, and this one must not reach a log.
    @Override
    public String toString() {
        return "PasswordChange";
    }
}
