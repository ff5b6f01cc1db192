package dev.parley.room;

import java.util.List;

/**
 * Changes to be committed together.
 *
 * @param failures how often they failed together for a reason that may pass
 */
record Attempt(List<Change<?>> changes, int failures) {

    private static final int MOST_FAILURES = 3;

    Attempt(List<Change<?>> changes) {
        this(changes, 0);
    }

    boolean isLast() {
        return failures == MOST_FAILURES;
    }

    Attempt again() {
        return new Attempt(changes, failures + 1);
    }

    /** The same with no further try. */
    Attempt last() {
        return new Attempt(changes, MOST_FAILURES);
    }

    /** Those of them who have not been told yet. */
    Attempt unanswered() {
        return new Attempt(changes.stream().filter(change -> !change.done.isDone()).toList(), failures);
    }

    /** Those of them that are not too old to be tried; the others are refused. */
    Attempt inTime() {
        return new Attempt(changes.stream().filter(change -> !change.refuseIfTriedForTooLong()).toList(), failures);
    }

    List<Attempt> halves() {
        int middle = changes.size() / 2;
        return List.of(new Attempt(changes.subList(0, middle)), new Attempt(changes.subList(middle, changes.size())));
    }
}
