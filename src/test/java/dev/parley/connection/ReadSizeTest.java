package dev.parley.connection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.netty.buffer.ByteBuf;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;

class ReadSizeTest {

    private static final int KIB = 1024;

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private RecvByteBufAllocator.ExtendedHandle size;

    @BeforeEach
    void adapt() {
        ReadSize.adapt(channel);
        size = (RecvByteBufAllocator.ExtendedHandle) channel.unsafe().recvBufAllocHandle();
    }

    @Test
    void aConnectionThatBringsMuchIsReadInLargePiecesAndABodyInLargerOnes() {
        assertThat(size.guess()).isEqualTo(2 * KIB);

        bring(20, 1 << 20);
        assertThat(size.guess()).isEqualTo(64 * KIB);
        ReadSize.ofBody(channel, true);
        bring(20, 1 << 20);
        assertThat(size.guess()).isEqualTo(256 * KIB);
        ReadSize.ofBody(channel, false);
        assertThat(size.guess()).isEqualTo(64 * KIB);
    }

    @Test
    void aBodyThatComesInDropsHoldsNoLargePieces() {
        ReadSize.ofBody(channel, true);
        bring(20, 1 << 20);

        bring(40, 1_400);

        assertThat(size.guess()).isLessThanOrEqualTo(2 * KIB);
    }

    /** As Netty's channels do it (AbstractNioByteChannel). @param most bytes that the network has each time */
    private void bring(int times, int most) {
        for (int i = 0; i < times; i++) {
            size.reset(channel.config());
            ByteBuf piece = size.allocate(channel.alloc());
            assertThat(piece.capacity()).isEqualTo(size.guess());
            size.attemptedBytesRead(piece.writableBytes());
            size.lastBytesRead(Math.min(most, piece.writableBytes()));
            piece.release();
            size.incMessagesRead(1);
            size.readComplete();
        }
    }
}
