package dev.parley.attachment.jobs;

import java.time.Duration;

/** What became of a job. */
public sealed interface Outcome {

    /** Nothing is left to do. */
    record Done() implements Outcome {
    }

    /** It did not work, which may be the file's fault: after {@link Lane#MOST_TRIES} times it is given up. */
    record Failed(String why) implements Outcome {
    }

    /** It would not work another time either. */
    record Hopeless(String why) implements Outcome {
    }

    /** Not the file's fault: something is away. The job waits and was not tried; so do the others of its lane. */
    record NotNow(Duration pause) implements Outcome {
    }
}
