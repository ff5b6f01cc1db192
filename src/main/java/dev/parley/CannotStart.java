package dev.parley;

/** The program cannot run, for a reason that one sentence tells to whoever started it. */
public final class CannotStart extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public CannotStart(String sentence) {
        super(sentence, null, false, false);
    }
}
