package dev.parley.problem;

import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;

import jakarta.inject.Singleton;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdScalarSerializer;

import io.quarkus.jackson.ObjectMapperCustomizer;

/**
 * Writes an instant as {@link Instant#toString} does (ISO 8601 in UTC). Every message has one, and a formatter that could
 * write any date in any way takes longer over it than over the rest of the message.
 */
final class IsoInstant extends StdScalarSerializer<Instant> {

    private static final long serialVersionUID = 1L;
    private static final long DAY = 86_400;
    /** Days of 400 years, after which the calendar repeats itself. */
    private static final int ERA = 146_097;
    private static final long YEAR_0 = -62_167_219_200L;
    private static final long YEAR_10000 = 253_402_300_800L;
    private static final String EMPTY = "0000-00-00T00:00:00";

    IsoInstant() {
        super(Instant.class);
    }

    /** After all others: of two that write instants, the one that is registered last does. */
    @Singleton
    static class Registered implements ObjectMapperCustomizer {

        @Override
        public void customize(ObjectMapper mapper) {
            mapper.registerModule(new SimpleModule("instants").addSerializer(new IsoInstant()));
        }

        @Override
        public int priority() {
            return MINIMUM_PRIORITY;
        }
    }

    @Override
    public void serialize(Instant instant, JsonGenerator json, SerializerProvider provider) throws IOException {
        long seconds = instant.getEpochSecond();
        if (seconds < YEAR_0 || seconds >= YEAR_10000) {
            json.writeString(instant.toString());
            return;
        }
        char[] text = new char[30];
        EMPTY.getChars(0, EMPTY.length(), text, 0);
        date(text, (int) ((seconds - YEAR_0) / DAY));
        int second = (int) Math.floorMod(seconds, DAY);
        digits(text, 12, second / 3600);
        digits(text, 15, second / 60 % 60);
        digits(text, 18, second % 60);
        int end = fraction(text, instant.getNano());
        text[end] = 'Z';
        json.writeString(text, 0, end + 1);
    }

    /** @param day since the first of January of the year 0 */
    private static void date(char[] text, int day) {
        // Years begin in March, so that the day that comes and goes is their last.
        int shifted = day - 60 + ERA;
        int dayOfEra = shifted % ERA;
        int yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / (ERA - 1)) / 365;
        int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        int march = (5 * dayOfYear + 2) / 153;
        int month = march < 10 ? march + 3 : march - 9;
        int year = yearOfEra + (shifted / ERA - 1) * 400 + (month <= 2 ? 1 : 0);
        digits(text, 3, year);
        digits(text, 6, month);
        digits(text, 9, dayOfYear - (153 * march + 2) / 5 + 1);
    }

    /** Three, six or nine digits, or none. */
    private static int fraction(char[] text, int nanos) {
        int end = EMPTY.length();
        if (nanos == 0) {
            return end;
        }
        int value = nanos;
        int length = 9;
        while (value % 1000 == 0) {
            value /= 1000;
            length -= 3;
        }
        text[end] = '.';
        Arrays.fill(text, end + 1, end + 1 + length, '0');
        digits(text, end + length, value);
        return end + 1 + length;
    }

    /** @param last where the last digit goes */
    private static void digits(char[] text, int last, int value) {
        for (int at = last; value > 0; at--, value /= 10) {
            text[at] = (char) ('0' + value % 10);
        }
    }
}
