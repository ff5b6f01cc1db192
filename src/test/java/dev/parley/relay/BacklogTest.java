package dev.parley.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

class BacklogTest {

    private final Backlog backlog = new Backlog(1000);
    private final List<Slow> ended = new ArrayList<>();

    private final class Slow implements Backlog.Reader {
        void add(long bytes) {
            backlog.add(this, bytes);
        }

        void gone() {
            backlog.forget(this);
        }

        @Override
        public void endForSlowness() {
            ended.add(this);
        }
    }

    @Test
    void theWorstGoFirstAndNoMoreThanHaveTo() {
        Slow worst = new Slow();
        Slow bad = new Slow();
        Slow good = new Slow();
        worst.add(600);
        bad.add(300);
        good.add(100);
        assertThat(ended).isEmpty();
        good.add(1);
        assertThat(ended).containsExactly(worst);
        worst.gone();
        good.add(500);
        assertThat(ended).containsExactly(worst);
        bad.add(200);
        assertThat(ended).containsExactly(worst, good);
    }

    /** They end on event loops of their own, which have other things to do first. */
    @Test
    void nobodyElseEndsWhileTheWorstAreAboutTo() {
        Slow worst = new Slow();
        Slow good = new Slow();
        worst.add(900);
        good.add(101);
        assertThat(ended).containsExactly(worst);
        worst.add(5_000);
        good.add(800);
        assertThat(ended).containsExactly(worst);
        worst.add(-100);
        worst.gone();
        good.add(99);
        assertThat(ended).containsExactly(worst);
        good.add(1);
        assertThat(ended).containsExactly(worst, good);
    }

    @Test
    void whoReadsOnCountsNoMore() {
        Slow reader = new Slow();
        reader.add(900);
        reader.add(-900);
        new Slow().add(900);
        assertThat(ended).isEmpty();
    }
}
