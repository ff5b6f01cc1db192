package dev.parley.account;

import jakarta.enterprise.context.ApplicationScoped;

import org.jspecify.annotations.Nullable;

import dev.parley.problem.Code;
import dev.parley.problem.Refusal;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.vertx.core.http.HttpServerRequest;

/** Registration, login and passwords of our own people. No transaction is open while a password is hashed. */
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

    /**
     * Of somebody who has just given their password.
     *
     * @param number how often all their sessions had been ended when the password was read
     */
    record Session(long userId, int number) {
    }

    Session register(NewAccount account, HttpServerRequest request) {
        requireOwnPeople();
        throttle.registration(request);
        String email = account.email();
        if (find(email) != null) {
            throw new Refusal(Code.EMAIL_TAKEN);
        }
        String hash = passwords.hash(account.password(), Throttle.address(request));
        Long id = QuarkusTransaction.requiringNew()
                .call(() -> User.register(email, account.name(), hash));
        if (id == null) {
            throw new Refusal(Code.EMAIL_TAKEN);
        }
        return new Session(id, 0);
    }

    Session login(Credentials credentials, HttpServerRequest request) {
        requireOwnPeople();
        throttle.login(request);
        String email = credentials.email();
        throttle.guess(email);
        User user = find(email);
        if (!isRight(email, credentials.password(), user, request) || user == null) {
            throw new Refusal(Code.WRONG_CREDENTIALS);
        }
        return new Session(user.id, user.sessions);
    }

    /** Ends all sessions that this user has, and begins another. Of two at once, the later had a password that is none. */
    Session changePassword(long userId, PasswordChange change, HttpServerRequest request) {
        requireOwnPeople();
        throttle.newToken(userId);
        User user = QuarkusTransaction.requiringNew().call(() -> User.findById(userId));
        if (user == null) {
            throw new Refusal(Code.NOT_AUTHENTICATED);
        }
        throttle.guess(user.email);
        String known = user.passwordHash;
        if (!isRight(user.email, change.currentPassword(), user, request) || known == null) {
            throw new Refusal(Code.FORBIDDEN, "Wrong password");
        }
        String hash = passwords.hash(change.password(), Throttle.address(request));
        Long sessions = QuarkusTransaction.requiringNew().call(() -> User.changePassword(userId, known, hash));
        if (sessions == null) {
            throw new Refusal(Code.FORBIDDEN, "Wrong password");
        }
        return new Session(userId, sessions.intValue());
    }

    private boolean isRight(String email, String password, @Nullable User user, HttpServerRequest request) {
        // Looked at once more when it is this guess's turn: many sent at once must not all pass the first look.
        boolean right = passwords.matches(password, user == null ? null : user.passwordHash, Throttle.address(request),
                () -> throttle.guess(email));
        if (!right) {
            throttle.failed(email);
        }
        return right;
    }

    void requireOwnPeople() {
        if (other.isConfigured()) {
            throw new Refusal(Code.NOT_FOUND, "Accounts are kept by " + other.name() + ": sign in there and send its token");
        }
    }

    private static @Nullable User find(String email) {
        return QuarkusTransaction.requiringNew().call(() -> User.findByEmail(email));
    }
}
