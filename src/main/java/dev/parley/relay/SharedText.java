package dev.parley.relay;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.netty.buffer.ByteBuf;

/**
 * A text for any number of sockets, on any number of threads: rendered when the first wants it, and encoded once. Whoever
 * holds it releases it, after which it is not used any more; it begins with one holder.
 */
public final class SharedText {

    private final Supplier<String> rendering;
    private final AtomicInteger holders = new AtomicInteger(1);
    private @Nullable String text;
    private @Nullable ByteBuf frame;

    public SharedText(Supplier<String> rendering) {
        this.rendering = rendering;
    }

    public synchronized String text() {
        String rendered = text;
        if (rendered == null) {
            rendered = rendering.get();
            text = rendered;
        }
        return rendered;
    }

    /** Borrowed, valid as long as this is held. */
    synchronized ByteBuf frame() {
        ByteBuf encoded = frame;
        if (encoded == null) {
            encoded = WireFrame.text(text());
            frame = encoded;
        }
        return encoded;
    }

    public void retain() {
        holders.incrementAndGet();
    }

    public void release() {
        if (holders.decrementAndGet() == 0) {
            forget();
        }
    }

    private synchronized void forget() {
        if (frame != null) {
            frame.release();
            frame = null;
        }
    }
}
