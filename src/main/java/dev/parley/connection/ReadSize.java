package dev.parley.connection;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.AttributeKey;
import io.netty.util.UncheckedBooleanSupplier;

/**
 * How much is read from a connection at a time: as much as it uses to bring, and more of a file than of anything else, since
 * whoever brings half a request or frame may keep a whole buffer for as long as they like. Used on its event loop alone.
 */
final class ReadSize extends RecvByteBufAllocator.DelegatingHandle implements RecvByteBufAllocator.ExtendedHandle {

    private static final int MOST = 64 * 1024;
    /** Each piece wakes two threads: of four times the size they cost a file a fifth less, of sixteen times no less. */
    private static final int MOST_OF_A_BODY = 4 * MOST;
    /** Netty's own for connections: how it begins, the least, and how often one may read before the others' turn. */
    private static final RecvByteBufAllocator ADAPTIVE = new AdaptiveRecvByteBufAllocator(64, 2048, MOST_OF_A_BODY)
            .maxMessagesPerRead(16);

    private static final AttributeKey<ReadSize> KEY = AttributeKey.valueOf(ReadSize.class, "of");

    private int most = MOST;

    private ReadSize() {
        super(ADAPTIVE.newHandle());
    }

    /** For a connection from which nothing was read yet. */
    static void adapt(Channel channel) {
        ReadSize size = new ReadSize();
        channel.attr(KEY).set(size);
        channel.config().setRecvByteBufAllocator(() -> size);
    }

    /** @param on whether what comes now is a body that somebody takes as it comes, and there is memory for it */
    static void ofBody(Channel channel, boolean on) {
        ReadSize size = channel.attr(KEY).get();
        if (size != null) {
            size.most = on ? MOST_OF_A_BODY : MOST;
        }
    }

    @Override
    public int guess() {
        return Math.min(delegate().guess(), most);
    }

    @Override
    public ByteBuf allocate(ByteBufAllocator memory) {
        return memory.ioBuffer(guess());
    }

    @Override
    public boolean continueReading(UncheckedBooleanSupplier mayBeMore) {
        return ((RecvByteBufAllocator.ExtendedHandle) delegate()).continueReading(mayBeMore);
    }
}
