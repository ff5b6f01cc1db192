package dev.parley.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Thousands of WebSockets on one thread, so cheap that it is the server that is measured: frames are looked at where they
 * arrived, and masked with zeros, which costs the server the same and this side nothing.
 */
final class Swarm implements AutoCloseable {

    private final URI base;
    private final Selector selector;
    private final ByteBuffer arrived = ByteBuffer.allocate(512 * 1024);
    private final Queue<Runnable> errands = new ConcurrentLinkedQueue<>();
    private final Thread thread;
    private volatile boolean over;

    Swarm(URI base) {
        this.base = base;
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        thread = Thread.ofPlatform().name("swarm").daemon().start(this::run);
    }

    /** Begins to open a socket. */
    Peer open(String target, Peer.Ear ear) {
        Peer peer = new Peer("GET " + target + " HTTP/1.1\r\nHost: " + base.getAuthority()
                + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", ear);
        execute(() -> {
            try {
                SocketChannel channel = SocketChannel.open();
                channel.configureBlocking(false);
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                peer.connects(channel, channel.register(selector, SelectionKey.OP_CONNECT, peer));
                if (channel.connect(new InetSocketAddress(base.getHost(), base.getPort()))) {
                    peer.connected();
                }
            } catch (IOException e) {
                peer.fail(e);
            }
        });
        return peer;
    }

    /** Runs something on the thread of the sockets, where alone they may be used. */
    void execute(Runnable errand) {
        errands.add(errand);
        if (Thread.currentThread() != thread) {
            selector.wakeup();
        }
    }

    private void run() {
        try {
            while (!over) {
                selector.select(this::ready, errands.isEmpty() ? 1_000 : 1);
                for (Runnable errand = errands.poll(); errand != null; errand = errands.poll()) {
                    errand.run();
                }
            }
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
            selector.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void ready(SelectionKey key) {
        Peer peer = (Peer) key.attachment();
        try {
            if (key.isConnectable()) {
                peer.connected();
            } else {
                if (key.isWritable()) {
                    peer.write();
                }
                if (key.isReadable()) {
                    peer.read(arrived);
                }
            }
        } catch (IOException e) {
            peer.fail(e);
        }
    }

    @Override
    public void close() {
        over = true;
        selector.wakeup();
        try {
            thread.join(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
