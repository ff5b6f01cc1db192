package dev.parley.account;

import jakarta.inject.Singleton;
import jakarta.persistence.LockModeType;

import dev.parley.problem.Code;
import dev.parley.problem.Refusal;
import io.quarkus.security.identity.SecurityIdentity;

/** The user whose token came with the current request. */
@Singleton
public class Caller {

    /** The role of those who redeemed the admin code, for {@code @RolesAllowed}. */
    public static final String ADMIN = "admin";

    static final String TOKEN = "token";

    private final SecurityIdentity identity;

    Caller(SecurityIdentity identity) {
        this.identity = identity;
    }

    /** @throws Refusal {@link Code#NOT_AUTHENTICATED} */
    public long id() {
        if (identity.isAnonymous()) {
            throw new Refusal(Code.NOT_AUTHENTICATED);
        }
        return Long.parseLong(identity.getPrincipal().getName());
    }

    /** What the token said. */
    Tokens.Verified token() {
        return identity.getAttribute(TOKEN);
    }

    /** The row, inside the caller's transaction, which is the only one to change it: whole rows are written. */
    public User user() {
        User user = User.findById(id(), LockModeType.PESSIMISTIC_WRITE);
        if (user == null) {
            throw new Refusal(Code.NOT_AUTHENTICATED);
        }
        return user;
    }
}
