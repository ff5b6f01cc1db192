package dev.parley.testsupport;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.jspecify.annotations.Nullable;

/**
 * A way to a server that can die under whoever uses it, as it does for a laptop that sleeps: nothing is refused and nothing
 * comes to an end, it is only that nothing moves any more. The server is rid of its connections meanwhile.
 */
public final class Detour implements AutoCloseable {

    private final URI server;
    private final ServerSocket door;
    private final List<Way> ways = new CopyOnWriteArrayList<>();
    private volatile boolean dead;

    private Detour(URI server, ServerSocket door) {
        this.server = server;
        this.door = door;
    }

    public static Detour to(URI server) {
        try {
            Detour detour = new Detour(server, new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1")));
            Thread.startVirtualThread(detour::welcome);
            return detour;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where the server is by this way. */
    public URI base() {
        return URI.create("http://localhost:" + door.getLocalPort() + "/");
    }

    /** From now on nobody hears anything, those who come included; connections on which nothing was asked have ended before. */
    public void dies() {
        dead = true;
        ways.forEach(Way::dies);
    }

    /** Who comes from now on gets through. Who was there before never will. */
    public void carries() {
        dead = false;
    }

    @Override
    public void close() {
        end(door);
        ways.forEach(Way::end);
    }

    private void welcome() {
        try {
            while (true) {
                Socket client = door.accept();
                Way way = new Way(client, dead ? null : new Socket(server.getHost(), server.getPort()));
                ways.add(way);
                way.begin();
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private static void end(@Nullable AutoCloseable socket) {
        try {
            if (socket != null) {
                socket.close();
            }
        } catch (Exception gone) {
            // It is closed.
        }
    }

    /** One connection; that to the server is missing where nobody hears anything. */
    private static final class Way {

        private final Socket client;
        private final @Nullable Socket server;
        /** Whether the client was the last to say something. */
        private volatile boolean asked;
        private volatile boolean dead;

        Way(Socket client, @Nullable Socket server) {
            this.client = client;
            this.server = server;
        }

        void begin() {
            if (server != null) {
                Thread.startVirtualThread(() -> carry(client, server));
                Thread.startVirtualThread(() -> carry(server, client));
            }
        }

        void dies() {
            dead = asked || server == null;
            if (dead) {
                Detour.end(server);
            } else {
                end();
            }
        }

        void end() {
            Detour.end(client);
            Detour.end(server);
        }

        private void carry(Socket from, Socket to) {
            try {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                byte[] some = new byte[16 * 1024];
                for (int got = in.read(some); got >= 0 && !dead; got = in.read(some)) {
                    asked = from == client;
                    out.write(some, 0, got);
                }
            } catch (IOException over) {
                // Then it is for the other side as well.
            }
            if (!dead) {
                end();
            }
        }
    }
}
