package dev.parley.attachment.scan;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.quarkus.runtime.configuration.ConfigurationException;

/**
 * Asks clamd about bytes by its INSTREAM command (clamd(8)): chunks, each after its length in four bytes, and a length of
 * zero at the end. Nothing but bytes is sent, so that the scanner may be on another machine and sees no name.
 */
final class Clamd {

    /** Longer than clamd's own MaxScanTime of two minutes; a job's lease is longer still. */
    private static final Duration LONGEST = Duration.ofSeconds(150);
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration PING = Duration.ofSeconds(5);
    private static final String UNIX = "unix:";
    private static final int CHUNK = 64 * 1024;
    private static final int MOST_REPLY = 4096;

    private final String address;

    /** @param address {@code host:port} or {@code unix:/path} */
    Clamd(String address) {
        this.address = address;
        if (!address.startsWith(UNIX) && !address.matches(".+:\\d{1,5}")) {
            throw new ConfigurationException(
                    "parley.scan.address must be host:port or unix:/path, not \"" + address + "\"");
        }
    }

    /**
     * Blocks until the verdict is there, at most {@link #LONGEST}.
     *
     * @param bytes read to its end, unless clamd has heard enough before; not closed
     * @throws IOException when the bytes cannot be read, or this thread is interrupted
     */
    Verdict scan(InputStream bytes) throws IOException {
        try {
            String reply = ask(LONGEST, clamd -> stream(clamd, bytes));
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException();
            }
            if (reply.isEmpty()) {
                // It was the file's fault only if all is well otherwise.
                String pong = ask(PING, clamd -> write(clamd, command("PING")));
                return pong.equals("PONG") ? new Verdict.Undecided("no answer") : new Verdict.Away("no answer");
            }
            return Verdict.of(reply);
        } catch (ConnectFailed e) {
            return new Verdict.Away(String.valueOf(e.getCause().getMessage()));
        }
    }

    /** The reply, empty when none came in time. */
    private String ask(Duration longest, Question question) throws IOException {
        try (SocketChannel clamd = connect()) {
            CompletableFuture<Void> late = closeAfter(clamd, longest);
            try {
                try {
                    question.put(clamd);
                } catch (HungUp e) {
                    // It may have said why before.
                }
                return reply(clamd);
            } finally {
                late.cancel(false);
            }
        }
    }

    private static void stream(SocketChannel clamd, InputStream bytes) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate(Integer.BYTES + CHUNK);
        byte[] buffer = new byte[CHUNK];
        write(clamd, command("INSTREAM"));
        int got;
        do {
            got = bytes.readNBytes(buffer, 0, CHUNK);
            write(clamd, chunk.clear().putInt(got).put(buffer, 0, got).flip());
        } while (got > 0);
    }

    private static ByteBuffer command(String name) {
        return ByteBuffer.wrap(("z" + name + "\0").getBytes(StandardCharsets.US_ASCII));
    }

    private static void write(SocketChannel clamd, ByteBuffer bytes) throws HungUp {
        try {
            while (bytes.hasRemaining()) {
                clamd.write(bytes);
            }
        } catch (IOException e) {
            throw new HungUp(e);
        }
    }

    /** Up to the zero byte; what breaks off before that is none. */
    private static String reply(SocketChannel clamd) {
        ByteBuffer reply = ByteBuffer.allocate(MOST_REPLY);
        try {
            while (reply.hasRemaining() && (reply.position() == 0 || reply.get(reply.position() - 1) != 0)
                    && clamd.read(reply) >= 0) {
                // More of it.
            }
        } catch (IOException e) {
            // Broken off, or late.
        }
        String said = new String(reply.array(), 0, reply.position(), StandardCharsets.UTF_8);
        return said.substring(0, Math.max(0, said.indexOf('\0')));
    }

    private SocketChannel connect() throws IOException {
        try {
            if (address.startsWith(UNIX)) {
                Path path = Path.of(address.substring(UNIX.length()));
                return connected(SocketChannel.open(StandardProtocolFamily.UNIX), UnixDomainSocketAddress.of(path));
            }
            int colon = address.lastIndexOf(':');
            String host = address.substring(0, colon).replaceAll("[\\[\\]]", "");
            return connected(SocketChannel.open(),
                    new InetSocketAddress(host, Integer.parseInt(address.substring(colon + 1))));
        } catch (IOException | RuntimeException e) {
            throw new ConnectFailed(e);
        }
    }

    private static SocketChannel connected(SocketChannel channel, SocketAddress to) throws IOException {
        CompletableFuture<Void> late = closeAfter(channel, CONNECT);
        try {
            channel.connect(to);
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        } finally {
            late.cancel(false);
        }
    }

    /** A channel's own reads and writes wait for ever. */
    private static CompletableFuture<Void> closeAfter(SocketChannel channel, Duration time) {
        return CompletableFuture.runAsync(() -> {
            try {
                channel.close();
            } catch (IOException e) {
                // It is broken, which is what was wanted.
            }
        }, CompletableFuture.delayedExecutor(time.toMillis(), TimeUnit.MILLISECONDS));
    }

    @FunctionalInterface
    private interface Question {
        void put(SocketChannel clamd) throws IOException;
    }

    private static final class ConnectFailed extends IOException {

        private static final long serialVersionUID = 1L;

        ConnectFailed(Exception cause) {
            super(cause);
        }
    }

    private static final class HungUp extends IOException {

        private static final long serialVersionUID = 1L;

        HungUp(IOException cause) {
            super(cause);
        }
    }
}
