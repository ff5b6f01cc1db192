package dev.parley.connection;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import dev.parley.problem.Code;
import dev.parley.problem.Refusal;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;

/**
 * A request's body for one thread that may wait, in the network's own buffers: what arrives while the thread is busy waits
 * for it all together, up to a MiB, and then the client waits. The thread closes it; from then on, or when the request
 * has ended otherwise, whatever comes is thrown away.
 */
final class ArrivingBody extends Pieces {

    /**
     * Bytes for which the thread is woken at once. Waking it takes a dozen system calls, and small files come in as few pieces.
     */
    private static final int ENOUGH = 128 * 1024;
    /** Milliseconds after which it is woken for fewer. */
    private static final int SOON = 20;

    private final Channel channel;
    private final BodySource source;
    private final long limit;
    private final long patience;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    private final WaitingPieces waiting;
    private long seen;
    private boolean begun;
    private boolean toldSoon;
    private boolean paused;
    private boolean whole;
    private boolean over;
    private @Nullable IOException broken;
    /** The reader's alone. */
    private @Nullable ByteBuf current;

    /**
     * @param limit in bytes, of the whole
     * @param patience for the next bytes
     */
    ArrivingBody(Channel channel, BodySource source, long limit, Duration patience) {
        this.channel = channel;
        this.source = source;
        this.limit = limit;
        this.patience = patience.toNanos();
        this.waiting = new WaitingPieces(channel.alloc());
    }

    /** Where the bytes come from; all is called on the event loop. */
    interface BodySource {

        /** Lets all that comes go to this body, from now on. */
        void begin(ArrivingBody to);

        /** Nobody reads it any more. */
        void stop();

        /** Whether more should be read from the network. */
        void reading(boolean on);
    }

    /**
     * @throws Refusal {@link Code#REQUEST_TOO_LARGE}
     * @throws IOException when the connection is gone, or nothing came for too long, which closes it
     */
    @Override
    protected @Nullable ByteBuffer fetch() throws IOException {
        releaseCurrent();
        ByteBuf piece = poll();
        current = piece;
        return piece == null ? null : piece.nioBuffer();
    }

    @Override
    public int available() throws IOException {
        lock.lock();
        try {
            return super.available() + waiting.bytes();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        releaseCurrent();
        abandon();
    }

    /** On any thread: whoever reads hears of it. */
    void abandon() {
        lock.lock();
        try {
            if (!over) {
                over = true;
                // What is thrown away here must not look like an end.
                whole = whole && waiting.isEmpty();
                waiting.release();
                news.signal();
                if (begun) {
                    channel.eventLoop().execute(source::stop);
                }
                resume();
            }
        } finally {
            lock.unlock();
        }
    }

    private @Nullable ByteBuf poll() throws IOException {
        lock.lock();
        try {
            if (!begun && !over) {
                begun = true;
                channel.eventLoop().execute(() -> source.begin(this));
            }
            await();
            if (seen > limit) {
                throw new Refusal(Code.REQUEST_TOO_LARGE);
            }
            ByteBuf piece = waiting.poll();
            if (piece == null && !whole) {
                throw broken != null ? new IOException(broken) : new ClosedChannelException();
            }
            if (waiting.isLittle()) {
                resume();
            }
            return piece;
        } finally {
            lock.unlock();
        }
    }

    private void await() throws IOException {
        long left = patience;
        while (waiting.isEmpty() && seen <= limit && !whole && broken == null && !over) {
            if (left <= 0) {
                channel.close();
                throw new IOException("Read timed out");
            }
            try {
                left = news.awaitNanos(left);
            } catch (InterruptedException e) {
                throw new InterruptedIOException();
            }
        }
    }

    /** On the event loop, as all below: takes the bytes over, of which {@link #flush} tells. */
    void add(ByteBuf bytes) {
        lock.lock();
        try {
            int size = bytes.readableBytes();
            seen += size;
            if (over || size == 0 || seen > limit) {
                bytes.release();
            } else {
                waiting.add(bytes);
            }
            if (waiting.isMuch() && !paused) {
                paused = true;
                source.reading(false);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Tells the reader what was added, once that is enough or the body has ended, and soon otherwise. */
    void flush() {
        lock.lock();
        try {
            if (waiting.bytes() >= ENOUGH || paused || seen > limit) {
                news.signal();
            } else if (!toldSoon) {
                toldSoon = true;
                channel.eventLoop().schedule(() -> tell(() -> toldSoon = false), SOON, TimeUnit.MILLISECONDS);
            }
        } finally {
            lock.unlock();
        }
    }

    void end() {
        tell(() -> whole = true);
    }

    void breakOff(Throwable why) {
        tell(() -> broken = broken == null && !whole ? new IOException(why) : broken);
    }

    private void tell(Runnable change) {
        lock.lock();
        try {
            change.run();
            news.signal();
        } finally {
            lock.unlock();
        }
    }

    private void resume() {
        if (paused) {
            paused = false;
            channel.eventLoop().execute(this::goOn);
        }
    }

    /** Unless much has come again meanwhile: a pause that is undone would be the last one. */
    private void goOn() {
        lock.lock();
        try {
            if (!paused) {
                source.reading(true);
            }
        } finally {
            lock.unlock();
        }
    }

    private void releaseCurrent() {
        ByteBuf last = current;
        current = null;
        if (last != null) {
            last.release();
        }
    }
}
