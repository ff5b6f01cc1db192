package dev.parley.account;

import jakarta.enterprise.context.ApplicationScoped;

import org.jspecify.annotations.Nullable;

import dev.parley.problem.Code;
import dev.parley.problem.Input;
import dev.parley.problem.Refusal;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.vertx.core.http.HttpServerRequest;

/** Registration and login of our own people. No transaction is open while a password is hashed. */
@ApplicationScoped
class SignIn {

    private final OtherIssuer other;
    private final Passwords passwords;
    private final Throttle throttle;

    SignIn(OtherIssuer other, Passwords passwords, Throttle throttle) {
        this.other = other;
        this.passwords = passwords;
        this.throttle = throttle;
    }

    /** @return the new user's id */
    long register(NewAccount account, HttpServerRequest request) {
        requireOwnPeople();
        throttle.registration(request);
        String email = Input.required("email", account.email());
        if (find(email) != null) {
            throw new Refusal(Code.EMAIL_TAKEN);
        }
        String hash = passwords.hash(Input.required("password", account.password()), Throttle.address(request));
        Long id = QuarkusTransaction.requiringNew()
                .call(() -> User.register(email, Input.required("name", account.name()), hash));
        if (id == null) {
            throw new Refusal(Code.EMAIL_TAKEN);
        }
        return id;
    }

    /** @return the user's id */
    long login(Credentials credentials, HttpServerRequest request) {
        requireOwnPeople();
        throttle.login(request);
        String email = Input.required("email", credentials.email());
        throttle.guess(email);
        User user = find(email);
        // Looked at once more when it is this guess's turn: many sent at once must not all pass the first look.
        boolean right = passwords.matches(Input.required("password", credentials.password()),
                user == null ? null : user.passwordHash, Throttle.address(request), () -> throttle.guess(email));
        if (user == null || !right) {
            throttle.failed(email);
            throw new Refusal(Code.WRONG_CREDENTIALS);
        }
        return user.id;
    }

    private void requireOwnPeople() {
        if (other.isConfigured()) {
            throw new Refusal(Code.NOT_FOUND, "Accounts are kept by " + other.name() + ": sign in there and send its token");
        }
    }

    private static @Nullable User find(String email) {
        return QuarkusTransaction.requiringNew().call(() -> User.findByEmail(email));
    }
}
