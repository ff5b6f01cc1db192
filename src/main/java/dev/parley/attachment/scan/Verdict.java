package dev.parley.attachment.scan;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.parley.problem.OneLine;

/** What clamd answers about a file. */
sealed interface Verdict {

    Pattern FOUND = Pattern.compile("stream: (\\S.*) FOUND");
    /** Characters of what it said that are kept. */
    int LONGEST = 200;

    record Clean() implements Verdict {
    }

    /** @param signature the name of what was found */
    record Infected(String signature) implements Verdict {
    }

    /** More bytes than clamd's StreamMaxLength. */
    record TooLarge() implements Verdict {
    }

    /** It was asked and did not decide, though it is well. */
    record Undecided(String why) implements Verdict {
    }

    /** Nobody listens there, or nobody that answers. */
    record Away(String why) implements Verdict {
    }

    /** Of the reply to INSTREAM, without the zero byte at its end. */
    static Verdict of(String reply) {
        String said = OneLine.of(reply).strip();
        if (said.equals("stream: OK")) {
            return new Clean();
        }
        Matcher found = FOUND.matcher(said);
        if (found.matches()) {
            return new Infected(shortened(found.group(1)));
        }
        return said.contains("size limit exceeded") ? new TooLarge() : new Undecided(shortened(said));
    }

    private static String shortened(String said) {
        return said.substring(0, Math.min(said.length(), LONGEST));
    }
}
