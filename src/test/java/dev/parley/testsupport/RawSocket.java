package dev.parley.testsupport;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

/** A WebSocket down to its bytes (RFC 6455): what no decent client would do can be done here. */
public final class RawSocket implements AutoCloseable {

    public static final int CONTINUATION = 0;
    public static final int TEXT = 1;
    public static final int BINARY = 2;
    public static final int CLOSE = 8;
    public static final int PING = 9;
    public static final int PONG = 10;

    private static final int PATIENCE_MILLIS = 60_000;

    private final Socket socket = new Socket();
    private final OutputStream out;
    private final DataInputStream in;

    /** A frame as it came. */
    public record Frame(int opcode, byte[] payload) {

        /** Of a close frame; 1005 when it has none. */
        public int code() {
            return payload.length < 2 ? 1005 : (payload[0] & 255) << 8 | payload[1] & 255;
        }

        public String reason() {
            return new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8);
        }

        public String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }
    }

    /** @param receiveBuffer bytes the kernel takes before the peer must wait */
    public RawSocket(Person who, @Nullable Long room, int receiveBuffer) {
        this(who.base, "/api/chat/ws?token=" + who.token + (room == null ? "" : "&room_id=" + room), receiveBuffer);
    }

    /** @param target path and query */
    public RawSocket(URI base, String target, int receiveBuffer) {
        try {
            socket.setReceiveBufferSize(receiveBuffer);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.connect(new InetSocketAddress(base.getHost(), base.getPort()), 10_000);
            out = socket.getOutputStream();
            in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
            out.write(("GET " + target + " HTTP/1.1\r\nHost: " + base.getAuthority()
                    + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            String status = line();
            if (!status.contains(" 101 ")) {
                throw new IOException("The handshake was refused: " + status);
            }
            while (!line().isEmpty()) {
                // headers
            }
        } catch (IOException failure) {
            close();
            throw new UncheckedIOException(failure);
        }
    }

    public void send(int opcode, boolean last, byte[] payload) throws IOException {
        header(opcode, last, payload.length);
        out.write(payload);
        out.flush();
    }

    /** Bytes as they are. */
    public void raw(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    /** So many bytes as they are. */
    public void raw(byte[] bytes, int length) throws IOException {
        out.write(bytes, 0, length);
        out.flush();
    }

    public void text(String frame) throws IOException {
        send(TEXT, true, frame.getBytes(StandardCharsets.UTF_8));
    }

    /** A masked header alone; the mask is zero, so that payloads go as they are. */
    public void header(int opcode, boolean last, long length) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(14).put((byte) ((last ? 0x80 : 0) | opcode));
        if (length < 126) {
            header.put((byte) (0x80 | length));
        } else if (length < 65_536) {
            header.put((byte) (0x80 | 126)).putShort((short) length);
        } else {
            header.put((byte) (0x80 | 127)).putLong(length);
        }
        header.putInt(0);
        out.write(header.array(), 0, header.position());
        out.flush();
    }

    /** The next frame. @throws EOFException at the end */
    public Frame read() throws IOException {
        int opcode = in.readUnsignedByte() & 15;
        long length = in.readUnsignedByte() & 127;
        if (length == 126) {
            length = in.readUnsignedShort();
        } else if (length == 127) {
            length = in.readLong();
        }
        return new Frame(opcode, in.readNBytes((int) length));
    }

    /** Reads on to the end of the connection. @return the close frame's code, 0 when it ended without one */
    public int endCode() throws IOException {
        int code = 0;
        try {
            while (true) {
                Frame frame = read();
                if (code != 0) {
                    throw new AssertionError("A frame after the close frame: " + frame);
                }
                code = frame.opcode == CLOSE ? frame.code() : 0;
            }
        } catch (EOFException end) {
            return code;
        }
    }

    /** Reads on to the close frame. */
    public Frame closeFrame() throws IOException {
        Frame frame;
        do {
            frame = read();
        } while (frame.opcode != CLOSE);
        return frame;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException gone) {
            // It is closed.
        }
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        int character;
        while ((character = in.readUnsignedByte()) != '\n') {
            if (character != '\r') {
                line.append((char) character);
            }
        }
        return line.toString();
    }
}
