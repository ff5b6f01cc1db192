package dev.parley.bench;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

/** One of a {@link Swarm}'s sockets. */
final class Peer {

    /** Hears text frames. */
    interface Ear {
        /** The text is what is in the array between the two places, and there only until this returns. */
        void hear(Peer peer, byte[] bytes, int from, int to);
    }

    private static final int TEXT = 1;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;

    /** Completes when the handshake is through. */
    final CompletableFuture<Peer> opened = new CompletableFuture<>();
    /** Completes when the connection ends, with why. */
    final CompletableFuture<Throwable> ended = new CompletableFuture<>();
    private final Deque<ByteBuffer> waiting = new ArrayDeque<>(1);
    private final String handshake;
    private final Ear ear;
    private SocketChannel channel;
    private SelectionKey key;
    private byte @Nullable [] rest;

    Peer(String handshake, Ear ear) {
        this.handshake = handshake;
        this.ear = ear;
    }

    void connects(SocketChannel to, SelectionKey with) {
        channel = to;
        key = with;
    }

    void connected() throws IOException {
        channel.finishConnect();
        key.interestOps(SelectionKey.OP_READ);
        send(ByteBuffer.wrap(handshake.getBytes(StandardCharsets.US_ASCII)));
    }

    void fail(Throwable why) {
        opened.completeExceptionally(why);
        ended.complete(why);
        try {
            channel.close();
        } catch (IOException e) {
            ended.obtrudeValue(e);
        }
    }

    /** A text frame, on the swarm's thread. */
    void send(byte[] text) {
        frame(TEXT, text, 0, text.length);
    }

    private void frame(int opcode, byte[] bytes, int from, int to) {
        int length = to - from;
        ByteBuffer frame = ByteBuffer.allocate(length + (length < 126 ? 6 : 8)).put((byte) (0x80 | opcode));
        if (length < 126) {
            frame.put((byte) (0x80 | length));
        } else {
            frame.put((byte) (0x80 | 126)).putShort((short) length);
        }
        frame.putInt(0).put(bytes, from, length).flip();
        try {
            send(frame);
        } catch (IOException e) {
            fail(e);
        }
    }

    private void send(ByteBuffer bytes) throws IOException {
        if (waiting.isEmpty()) {
            channel.write(bytes);
        }
        if (bytes.hasRemaining()) {
            waiting.add(bytes);
            key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
        }
    }

    void write() throws IOException {
        while (!waiting.isEmpty()) {
            ByteBuffer first = waiting.peek();
            channel.write(first);
            if (first.hasRemaining()) {
                return;
            }
            waiting.remove();
        }
        key.interestOps(SelectionKey.OP_READ);
    }

    /** @param shared of all sockets: what is left of a frame is kept here */
    void read(ByteBuffer shared) throws IOException {
        shared.clear();
        if (rest != null) {
            shared.put(rest);
            rest = null;
        }
        if (channel.read(shared) < 0) {
            throw new EOFException("The server hung up");
        }
        shared.flip();
        byte[] bytes = shared.array();
        int at = 0;
        int end = shared.limit();
        if (!opened.isDone()) {
            at = head(bytes, end);
        }
        while (opened.isDone() && at + 2 <= end) {
            int length = bytes[at + 1] & 127;
            int header = length < 126 ? 2 : length == 126 ? 4 : 10;
            if (at + header > end) {
                break;
            }
            if (length >= 126) {
                length = length == 126 ? shared.getShort(at + 2) & 0xffff : (int) shared.getLong(at + 2);
            }
            int from = at + header;
            if (from + length > end) {
                break;
            }
            obey(bytes[at] & 15, bytes, from, from + length);
            at = from + length;
        }
        if (at < end) {
            rest = java.util.Arrays.copyOfRange(bytes, at, end);
        }
    }

    private int head(byte[] bytes, int end) throws IOException {
        String head = new String(bytes, 0, end, StandardCharsets.ISO_8859_1);
        int over = head.indexOf("\r\n\r\n");
        if (over < 0) {
            return 0;
        }
        if (!head.startsWith("HTTP/1.1 101")) {
            throw new IOException("The handshake was refused: " + head.lines().findFirst().orElse(""));
        }
        opened.complete(this);
        return over + 4;
    }

    private void obey(int opcode, byte[] bytes, int from, int to) throws IOException {
        switch (opcode) {
            case TEXT -> ear.hear(this, bytes, from, to);
            case PING -> frame(PONG, bytes, from, to);
            case CLOSE -> throw new EOFException("Closed with " + ((bytes[from] & 255) << 8 | bytes[from + 1] & 255));
            default -> throw new IOException("An unknown frame: " + opcode);
        }
    }
}
