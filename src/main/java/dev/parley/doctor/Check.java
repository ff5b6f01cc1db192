package dev.parley.doctor;

import java.util.Locale;

import com.fasterxml.jackson.annotation.JsonValue;

import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * Something that was tried.
 *
 * @param name such as {@code store}
 * @param detail for people: what was found, and what to do about it
 */
public record Check(String name, State state, String detail, long tookMillis) {

    @RegisterForReflection
    public enum State {
        OK,
        WARNING,
        FAILED;

        @JsonValue
        public String id() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What a check finds before anybody looks at the watch. */
    record Finding(State state, String detail) {
    }

    @FunctionalInterface
    interface Attempt {
        Finding make() throws Exception;
    }

    /** Tries it; whatever goes wrong is what was found. */
    static Check of(String name, Attempt attempt) {
        long start = System.nanoTime();
        Finding finding;
        try {
            finding = attempt.make();
        } catch (Exception e) {
            finding = new Finding(State.FAILED, String.valueOf(e.getMessage()));
        }
        return new Check(name, finding.state, finding.detail, (System.nanoTime() - start) / 1_000_000);
    }
}
