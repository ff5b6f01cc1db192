package dev.parley.attachment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import dev.parley.problem.Code;
import dev.parley.problem.Refusal;

class PacedTest {

    private final AtomicLong now = new AtomicLong();

    @Test
    void aTrickleIsCutOffAfterAWhile() throws IOException {
        Paced slow = new Paced(everySecond(100), now::get);

        assertThatThrownBy(() -> slow.readAllBytes()).isInstanceOfSatisfying(Refusal.class,
                refusal -> assertThat(refusal.code).isEqualTo(Code.TIMED_OUT));
        assertThat(now.get()).isEqualTo(TimeUnit.SECONDS.toNanos(Paced.GRACE_SECONDS));
    }

    @Test
    void aSlowLineIsWaitedFor() throws IOException {
        Paced steady = new Paced(everySecond(2 * (int) Paced.BYTES_A_SECOND), now::get);

        assertThat(steady.readAllBytes().length).isEqualTo(100_000);
    }

    @Test
    void onlyWaitingCountsNotWhatIsDoneWithTheBytes() throws IOException {
        Paced paced = new Paced(new ByteArrayInputStream(new byte[100_000]), now::get);
        int read = 0;
        while (paced.read() >= 0) {
            read++;
            now.addAndGet(TimeUnit.SECONDS.toNanos(10));
        }
        assertThat(read).isEqualTo(100_000);
    }

    private InputStream everySecond(int bytes) {
        return new InputStream() {

            private int left = 100_000;

            @Override
            public int read() {
                throw new UnsupportedOperationException();
            }

            @Override
            public int read(byte[] into, int offset, int length) {
                if (length == 0) {
                    return 0;
                }
                now.addAndGet(TimeUnit.SECONDS.toNanos(1));
                int got = Math.min(Math.min(bytes, left), length);
                left -= got;
                return got == 0 ? -1 : got;
            }
        };
    }
}
