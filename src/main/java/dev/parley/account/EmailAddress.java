package dev.parley.account;

import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import dev.parley.problem.Code;
import dev.parley.problem.Input;
import dev.parley.problem.Refusal;

/** The shape of an e-mail, not its existence: a local part, one @, a host. Compared and kept in lower case. */
final class EmailAddress {

    /** RFC 5321, 4.5.3.1.3. */
    static final int MAX_LENGTH = 254;

    private static final Pattern SHAPE = Pattern
            .compile(
                    "[^\\p{C}\\p{Z}@\"(),:;<>\\[\\\\\\]]{1,64}@[\\p{L}\\p{N}](?:[\\p{L}\\p{N}\\p{M}.-]*[\\p{L}\\p{N}\\p{M}])?");

    private EmailAddress() {
    }

    static String of(@Nullable String text) {
        String email = Normalizer.normalize(Input.storable("email", Input.required("email", text)).strip(),
                Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
        if (email.length() > MAX_LENGTH || !SHAPE.matcher(email).matches() || email.contains("..")) {
            throw new Refusal(Code.BAD_REQUEST, "email is not an e-mail address of at most " + MAX_LENGTH + " characters");
        }
        return email;
    }
}
