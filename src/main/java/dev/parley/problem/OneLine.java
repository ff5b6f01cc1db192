package dev.parley.problem;

/** What others say in several lines, for a log of one line each. */
public final class OneLine {

    private OneLine() {
    }

    public static String of(String message) {
        return message.strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
