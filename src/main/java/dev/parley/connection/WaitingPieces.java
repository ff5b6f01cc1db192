package dev.parley.connection;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** What has come of a body and was not read yet, bounded for it and, with others, for all. For one thread at a time. */
final class WaitingPieces {

    /** Bytes. */
    static final int MOST = 1 << 20;
    /** Bytes, while so many of all bodies wait that a part of the memory is taken: a store may be slow for all of them. */
    static final int MOST_IN_NEED = MOST / 16;
    private static final int PART = 8;
    private static final AtomicLong OF_ALL = new AtomicLong();
    /** Pieces smaller than this are put together. */
    private static final int SMALL = 4 * 1024;
    /**
     * Of the buffer in which it came, what a piece must fill to be kept there: else it would hold on to many times its size.
     */
    private static final int FILL = 4;

    private final ByteBufAllocator memory;
    private final Deque<ByteBuf> pieces = new ArrayDeque<>();
    private int bytes;

    WaitingPieces(ByteBufAllocator memory) {
        this.memory = memory;
    }

    int bytes() {
        return bytes;
    }

    boolean isEmpty() {
        return pieces.isEmpty();
    }

    /** Whether no more should come for now. */
    boolean isMuch() {
        return bytes > most();
    }

    /** Whether more may come again. */
    boolean isLittle() {
        return bytes <= most() / 4;
    }

    /** Takes it over. */
    void add(ByteBuf piece) {
        count(piece.readableBytes());
        int size = piece.readableBytes();
        if (size >= SMALL && size >= whole(piece).capacity() / FILL) {
            pieces.add(piece);
            return;
        }
        try {
            ByteBuf last = pieces.peekLast();
            if (last == null || last.capacity() != SMALL || last.maxWritableBytes() < size) {
                int room = Math.max(SMALL, size);
                last = memory.directBuffer(room, room);
                pieces.add(last);
            }
            last.writeBytes(piece);
        } finally {
            piece.release();
        }
    }

    /** The first, which is the caller's from now on; null where there is none. */
    @Nullable
    ByteBuf poll() {
        ByteBuf first = pieces.poll();
        if (first != null) {
            count(-first.readableBytes());
        }
        return first;
    }

    void release() {
        pieces.forEach(ByteBuf::release);
        pieces.clear();
        count(-bytes);
    }

    /** Whether all bodies together leave room for much of one. */
    static boolean isRoomy() {
        return OF_ALL.get() <= Runtime.getRuntime().maxMemory() / PART;
    }

    private static ByteBuf whole(ByteBuf piece) {
        ByteBuf whole = piece;
        while (whole.unwrap() != null) {
            whole = whole.unwrap();
        }
        return whole;
    }

    private void count(int more) {
        bytes += more;
        OF_ALL.addAndGet(more);
    }

    private static int most() {
        return isRoomy() ? MOST : MOST_IN_NEED;
    }
}
