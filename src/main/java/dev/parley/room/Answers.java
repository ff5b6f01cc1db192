package dev.parley.room;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import dev.parley.problem.Code;
import dev.parley.problem.Refusal;

/** Waits on a virtual thread for what the writer says. */
public final class Answers {

    private static final int SECONDS = 15;

    private Answers() {
    }

    /** The answer; a refusal is thrown. Bounded, although the writer itself answers sooner. */
    public static <T> T await(CompletableFuture<T> answer) {
        try {
            return answer.get(SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Refusal refusal) {
                throw refusal;
            }
            throw new IllegalStateException(e.getCause());
        } catch (TimeoutException e) {
            throw new Refusal(Code.UNAVAILABLE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Refusal(Code.UNAVAILABLE);
        }
    }
}
