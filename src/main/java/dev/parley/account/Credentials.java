package dev.parley.account;

import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What it takes to log in. */
@Schema(requiredProperties = { "email", "password" })
record Credentials(@Nullable String email, @Nullable String password) {

    Credentials {
        email = EmailAddress.of(email);
        password = NewAccount.passwordWithinLimit("password", password);
    }

    // A record prints its fields, and this one must not reach a log.
    @Override
    public String toString() {
        return "Credentials";
    }
}
