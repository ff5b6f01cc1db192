package dev.parley.attachment.scan;

/** What clamd answers about a file. */
sealed interface Verdict {

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
        String said = reply.strip();
        if (said.equals("stream: OK")) {
            return new Clean();
        }
        if (said.startsWith("stream: ") && said.endsWith(" FOUND")) {
            return new Infected(said.substring("stream: ".length(), said.length() - " FOUND".length()));
        }
        return said.contains("size limit exceeded") ? new TooLarge() : new Undecided(said);
    }
}
