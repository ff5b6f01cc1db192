package dev.parley.rate;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

class BucketsTest {

    private final AtomicLong clock = new AtomicLong();
    private final Buckets<String> buckets = new Buckets<>(10, Duration.ofMinutes(15), clock::get);

    @Test
    void aBurstPassesAndTheNextWaitsForItsShareOfThePeriod() {
        for (int i = 0; i < 10; i++) {
            assertThat(buckets.take("a")).isZero();
        }
        assertThat(buckets.take("a")).isEqualTo(90);
        assertThat(buckets.take("b")).isZero();
        clock.addAndGet(Duration.ofSeconds(90).toNanos());
        assertThat(buckets.look("a")).isZero();
        assertThat(buckets.take("a")).isZero();
        assertThat(buckets.take("a")).isEqualTo(90);
    }

    @Test
    void manyAreTakenTogetherOrNone() {
        assertThat(buckets.take("a", 7)).isZero();
        assertThat(buckets.take("a", 5)).isEqualTo(180);
        assertThat(buckets.take("a", 3)).isZero();
        assertThat(buckets.take("b", 1000)).as("all that there can be").isZero();
        assertThat(buckets.take("b")).isEqualTo(90);
    }

    @Test
    void afterThePeriodABucketIsFullAndNoFuller() {
        buckets.take("a");
        clock.addAndGet(Duration.ofDays(1).toNanos());
        for (int i = 0; i < 10; i++) {
            assertThat(buckets.take("a")).isZero();
        }
        assertThat(buckets.take("a")).isPositive();
    }

    @Test
    void whoHoldsABucketSharesItWithWhoComesLater() {
        Buckets<String>.Bucket held = buckets.of("a");
        clock.addAndGet(Duration.ofDays(1).toNanos());
        for (int i = 0; i < 10; i++) {
            assertThat(held.take()).isZero();
        }
        assertThat(buckets.take("a")).isEqualTo(90);
    }
}
