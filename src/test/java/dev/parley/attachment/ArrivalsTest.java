package dev.parley.attachment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import dev.parley.problem.Refusal;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import io.smallrye.config.SmallRyeConfigBuilder;

/** A few people with many uploads do not keep all others from sending one. */
class ArrivalsTest {

    private static final int PLACES = 1000;
    private static final int EACH = 100;

    private final FileLimits limits = limits(PLACES);
    private Arrivals arrivals = new Arrivals(limits, new SimpleMeterRegistry());

    @Test
    void onePersonMayHaveAHundredAndNoMore() {
        assertThat(limits.atOnce()).isEqualTo(PLACES);
        assertThat(asManyAsGo(1)).hasSize(EACH);
    }

    @Test
    void manyWithManyLeaveOneToEverybodyElse() {
        for (long greedy = 1; greedy <= 20; greedy++) {
            assertThat(asManyAsGo(greedy)).isNotEmpty();
        }
        for (long other = 101; other <= 110; other++) {
            assertThat(asManyAsGo(other)).isNotEmpty();
        }
    }

    @Test
    void whatEndedMakesRoomAgainAndNoMoreThanAllArrive() {
        List<Arrivals.Arrival> all = new ArrayList<>();
        for (long person = 1; person <= PLACES && all.size() < PLACES; person++) {
            all.addAll(asManyAsGo(person));
        }
        assertThat(all).hasSize(PLACES);
        assertThatThrownBy(() -> arrivals.begin(0)).isInstanceOf(Refusal.class).hasMessage("Too many uploads at once");
        all.removeLast().close();
        assertThat(asManyAsGo(0)).hasSize(1);
    }

    @Test
    void whereThereAreFewPlacesAFileStillGoesBesideAnother() {
        arrivals = new Arrivals(limits(10), new SimpleMeterRegistry());
        assertThat(asManyAsGo(1)).hasSize(3);
        assertThat(asManyAsGo(2)).hasSize(3);
        for (long other = 3; other <= 6; other++) {
            assertThat(asManyAsGo(other)).hasSize(1);
        }
    }

    private static FileLimits limits(int places) {
        return new SmallRyeConfigBuilder().addDefaultInterceptors().withMapping(FileLimits.class)
                .withDefaultValue("parley.files.at-once", Integer.toString(places))
                .withConverter(Duration.class, 200, new DurationConverter())
                .withConverter(MemorySize.class, 200, new MemorySizeConverter()).build().getConfigMapping(FileLimits.class);
    }

    private List<Arrivals.Arrival> asManyAsGo(long person) {
        List<Arrivals.Arrival> begun = new ArrayList<>();
        try {
            while (begun.size() <= PLACES) {
                begun.add(arrivals.begin(person));
            }
        } catch (Refusal enough) {
            // As many as went.
        }
        return begun;
    }
}
