package dev.parley.account;

import java.time.Duration;
import java.util.function.Supplier;

import jakarta.enterprise.context.ApplicationScoped;

import org.jspecify.annotations.Nullable;

import dev.parley.problem.Code;
import dev.parley.problem.Refusal;
import dev.parley.rate.FairTurns;
import io.quarkus.elytron.security.common.BcryptUtil;

/**
 * Bcrypt, a few at a time: a storm of logins must not take the processor from everyone who is signed in. Those who wait
 * are bounded, in number and in time, and one address does not hold up the others; past it the answer is 429.
 */
@ApplicationScoped
class Passwords {

    /** As many registrations as one address may make at once are done by then, also where others use the processor. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

    private final FairTurns<String> turns;
    private final int cost;
    private final String nobody;

    Passwords(AuthSettings settings) {
        int atOnce = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        this.turns = new FairTurns<>(atOnce, atOnce, settings.hashingQueue());
        this.cost = settings.bcryptCost();
        this.nobody = BcryptUtil.bcryptHash("nobody's password", cost);
    }

    /** @param address the caller's, as the throttle tells them apart */
    String hash(String password, String address) {
        return inTurn(address, () -> BcryptUtil.bcryptHash(password, cost));
    }

    /** Takes as long for an account that is not there: {@code hash} null is compared with a hash of nobody's. */
    boolean matches(String password, @Nullable String hash, String address, Runnable beforehand) {
        return inTurn(address, () -> {
            beforehand.run();
            return BcryptUtil.matches(password, hash == null ? nobody : hash) && hash != null;
        });
    }

    private <T> T inTurn(String address, Supplier<T> work) {
        try {
            if (!turns.begin(address, LONGEST_WAIT)) {
                throw new Refusal(Code.TOO_MANY_REQUESTS, "Too many people are signing in; try again", 5);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Refusal(Code.UNAVAILABLE);
        }
        try {
            return work.get();
        } finally {
            turns.end(address);
        }
    }
}
