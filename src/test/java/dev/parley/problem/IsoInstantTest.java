package dev.parley.problem;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class IsoInstantTest {

    private final ObjectMapper mapper = new ObjectMapper()
            .registerModule(new SimpleModule().addSerializer(new IsoInstant()));

    @Property
    void writesWhatAnInstantSaysOfItself(@ForAll("instants") Instant instant) throws JsonProcessingException {
        assertThat(mapper.writeValueAsString(instant)).isEqualTo('"' + instant.toString() + '"');
    }

    @Provide
    Arbitrary<Instant> instants() {
        Arbitrary<Long> seconds = Arbitraries.longs().between(Instant.parse("-0002-01-01T00:00:00Z").getEpochSecond(),
                Instant.parse("+10001-01-01T00:00:00Z").getEpochSecond());
        Arbitrary<Integer> nanos = Arbitraries.oneOf(Arbitraries.of(0, 1, 1_000, 1_000_000, 999_999_999, 120_000_000),
                Arbitraries.integers().between(0, 999_999_999),
                Arbitraries.integers().between(0, 999).map(ms -> ms * 1_000_000));
        return Combinators.combine(seconds, nanos).as(Instant::ofEpochSecond);
    }

    /** Every day of 1,200 years, leap days and ends of centuries among them. */
    @Example
    void writesEveryDay() throws JsonProcessingException {
        for (long day = Instant.parse("0000-01-01T00:00:00Z").getEpochSecond(); day < Instant.parse("1200-01-02T00:00:00Z")
                .getEpochSecond(); day += 86_400) {
            Instant instant = Instant.ofEpochSecond(day + 86_399);
            assertThat(mapper.writeValueAsString(instant)).isEqualTo('"' + instant.toString() + '"');
        }
        assertThat(mapper.writeValueAsString(Instant.EPOCH)).isEqualTo("\"1970-01-01T00:00:00Z\"");
        assertThat(mapper.writeValueAsString(Instant.parse("2000-02-29T12:34:56.789Z")))
                .isEqualTo("\"2000-02-29T12:34:56.789Z\"");
    }
}
