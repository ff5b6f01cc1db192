package dev.parley.relay;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Before a WebSocket's decoder, which keeps a frame in memory until it is whole: lets nothing by until somebody listens,
 * and a large message only when the budget has room for it. Used on the channel's event loop alone.
 */
public final class FrameGate extends ChannelInboundHandlerAdapter {

    static final String NAME = "parley-gate";
    private static final String NO_ROOM = "Too many large frames at once, try again later";

    private final Channel channel;
    private final FrameBudget budget;
    private final Supplier<Object> owner;
    private final long mostBytes;
    private final FrameHeader header = new FrameHeader();
    private final Deque<ByteBuf> kept = new ArrayDeque<>(1);
    private final Deque<Delivered> delivered = new ArrayDeque<>(1);
    private ChannelHandlerContext context;
    private @Nullable FrameGuard guard;
    private boolean isSocket;
    private boolean wanted = true;
    private boolean waits;
    private boolean over;
    /** Bytes of the frame that are to come. */
    private long left;
    /** Bytes of the message, as far as its headers tell. */
    private long size;
    private long messages;
    private long taken;
    private FrameBudget.@Nullable Hold hold;
    private @Nullable Future<?> patience;
    private int looks;

    /** @param number of the message, the first is 1 */
    private record Delivered(long number, FrameBudget.Hold hold) {
    }

    /**
     * @param owner whose share of the budget it is
     * @param mostBytes of a message; a larger one passes, to be refused
     */
    FrameGate(Channel channel, FrameBudget budget, Supplier<Object> owner, long mostBytes) {
        this.channel = channel;
        this.budget = budget;
        this.owner = owner;
        this.mostBytes = mostBytes;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    long mostBytes() {
        return mostBytes;
    }

    /** Somebody listens from now on. */
    void open(FrameGuard guarding) {
        guard = guarding;
        goOn();
    }

    /** Whether more should be read, as far as the listener is concerned. */
    void reading(boolean on) {
        wanted = on;
        channel.config().setAutoRead(wanted && !waits);
    }

    /** What the next message takes of the budget; to be asked once for each message, in their order. */
    public FrameBudget.@Nullable Hold next() {
        taken++;
        Delivered first = delivered.peek();
        if (first == null || first.number != taken) {
            return null;
        }
        return delivered.remove().hold;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!(message instanceof ByteBuf bytes) || !isSocket()) {
            ctx.fireChannelRead(message);
        } else if (over) {
            bytes.release();
        } else if (guard == null || waits) {
            kept.addLast(bytes);
            channel.config().setAutoRead(false);
        } else {
            pass(bytes);
        }
    }

    /** A handshake that is refused leaves a connection of HTTP. */
    private boolean isSocket() {
        isSocket = isSocket || channel.pipeline().get(FrameGuard.ENCODER) != null;
        return isSocket;
    }

    /** Hands on what may pass, and keeps the rest. */
    private void pass(ByteBuf bytes) {
        int start = bytes.readerIndex();
        int end = bytes.writerIndex();
        int at = start;
        while (at < end) {
            if (left != 0) {
                // Of a length that is nonsense the decoder reads nothing.
                int some = left < 0 ? end - at : (int) Math.min(left, end - at);
                at += some;
                left -= some;
                arrived(some);
            } else if (header.add(bytes.getByte(at++))) {
                left = header.rest();
                if (!mayPass()) {
                    context.fireChannelRead(bytes.readRetainedSlice(at - start));
                    kept.addFirst(bytes);
                    await();
                    return;
                }
            }
        }
        context.fireChannelRead(bytes);
    }

    private boolean mayPass() {
        if (!header.isData()) {
            return true;
        }
        size = header.beginsMessage() ? header.length() : size + header.length();
        if (size <= FrameBudget.SMALL || size > mostBytes) {
            return true;
        }
        if (hold == null) {
            hold = budget.hold(owner.get(), this::granted, this::evicted);
        }
        return hold.growTo(size);
    }

    private void arrived(int bytes) {
        FrameBudget.Hold large = hold;
        if (large != null) {
            large.arrived(bytes);
        }
        if (left == 0 && header.endsMessage()) {
            messages++;
            if (large != null) {
                large.complete();
                delivered.add(new Delivered(messages, large));
                hold = null;
            }
        }
    }

    private void await() {
        waits = true;
        channel.config().setAutoRead(false);
        looks = 0;
        patience = channel.eventLoop().scheduleAtFixedRate(this::look, 1, 1, TimeUnit.SECONDS);
    }

    private void look() {
        if (++looks > budget.patience()) {
            refuse();
        } else {
            budget.hurry();
        }
    }

    private void granted() {
        channel.eventLoop().execute(() -> {
            stopWaiting();
            goOn();
        });
    }

    private void evicted() {
        channel.eventLoop().execute(() -> {
            if (hold != null) {
                refuse();
            }
        });
    }

    private void goOn() {
        boolean some = !kept.isEmpty();
        while (!over && !waits && !kept.isEmpty()) {
            pass(kept.removeFirst());
        }
        if (some) {
            context.fireChannelReadComplete();
        }
        channel.config().setAutoRead(wanted && !waits);
    }

    private void refuse() {
        drop();
        if (guard != null) {
            guard.refuse(FrameGuard.TRY_LATER, NO_ROOM);
        }
    }

    private void stopWaiting() {
        waits = false;
        if (patience != null) {
            patience.cancel(false);
            patience = null;
        }
    }

    private void drop() {
        over = true;
        stopWaiting();
        kept.forEach(ByteBuf::release);
        kept.clear();
        if (hold != null) {
            hold.release();
            hold = null;
        }
        // So that a peer who hangs up is noticed.
        if (channel.isActive()) {
            channel.config().setAutoRead(true);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        drop();
        delivered.forEach(message -> message.hold.release());
        delivered.clear();
        ctx.fireChannelInactive();
    }
}
