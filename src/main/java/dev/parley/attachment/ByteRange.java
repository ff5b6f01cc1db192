package dev.parley.attachment;

import java.math.BigInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/** What a {@code Range} header asks for (RFC 9110, 14.1.2 and 14.2). */
sealed interface ByteRange {

    /** No range, or one that may be ignored: another unit, several ranges, nonsense. */
    record Whole() implements ByteRange {
    }

    /** At least one byte that exists. */
    record Part(long offset, long length) implements ByteRange {
    }

    /** Asks only for bytes beyond the end. */
    record Beyond() implements ByteRange {
    }

    Pattern ONE = Pattern.compile("(?i)bytes\\s*=\\s*(\\d*)\\s*-\\s*(\\d*)\\s*");

    static ByteRange of(@Nullable String header, long size) {
        Matcher range = ONE.matcher(header == null ? "" : header);
        if (!range.matches()) {
            return new Whole();
        }
        String first = range.group(1);
        String last = range.group(2);
        if (first.isEmpty()) {
            return last.isEmpty() ? new Whole() : suffix(number(last), size);
        }
        long from = number(first);
        long to = last.isEmpty() ? Long.MAX_VALUE : number(last);
        if (to < from) {
            return new Whole();
        }
        return from >= size ? new Beyond() : new Part(from, Math.min(to, size - 1) - from + 1);
    }

    private static ByteRange suffix(long length, long size) {
        long some = Math.min(length, size);
        return some == 0 ? new Beyond() : new Part(size - some, some);
    }

    /** Larger than any file is as good as largest. */
    private static long number(String digits) {
        return new BigInteger(digits).min(BigInteger.valueOf(Long.MAX_VALUE)).longValue();
    }
}
