package dev.parley.account;

import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

import dev.parley.problem.Code;
import dev.parley.problem.Input;
import dev.parley.problem.Refusal;

/**
 * What it takes to register.
 *
 * @param email at most 254 characters
 * @param name 1 to 100 characters on one line
 * @param password 8 characters to 72 bytes of UTF-8: bcrypt reads no further, and what it ignores is no password
 */
record NewAccount(String email, String name, String password) {

    static final int MAX_NAME = 100;
    static final int MIN_PASSWORD = 8;
    static final int MAX_PASSWORD_BYTES = 72;

    NewAccount {
        email = EmailAddress.of(email);
        name = Input.line("name", name, MAX_NAME);
        password = newPassword(password);
    }

    static String newPassword(@Nullable String password) {
        String text = passwordWithinLimit("password", password);
        if (text.codePointCount(0, text.length()) < MIN_PASSWORD) {
            throw new Refusal(Code.BAD_REQUEST, "password is too short. Minimum: " + MIN_PASSWORD + " characters");
        }
        return text;
    }

    static String passwordWithinLimit(String field, @Nullable String password) {
        String text = Input.storable(field, Input.required(field, password));
        if (text.getBytes(StandardCharsets.UTF_8).length > MAX_PASSWORD_BYTES) {
            throw new Refusal(Code.BAD_REQUEST, field + " is too long. Maximum: " + MAX_PASSWORD_BYTES + " bytes in UTF-8");
        }
        return text;
    }

    // A record prints its fields, and this one must not reach a log.
    @Override
    public String toString() {
        return "NewAccount";
    }
}
