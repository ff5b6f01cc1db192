package dev.parley.relay;

import java.io.IOException;
import java.io.UncheckedIOException;

import com.fasterxml.jackson.databind.ObjectWriter;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufOutputStream;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;

/** A server's text message as it goes over the wire: one unmasked, final frame (RFC 6455, 5.2). */
final class WireFrame {

    private static final int LONGEST_HEADER = 10;
    private static final int TEXT_FINAL = 0x81;

    private WireFrame() {
    }

    /** Renders JSON once, behind its header, into a buffer that any number of sockets may share. */
    static ByteBuf text(ObjectWriter json, Object message) {
        ByteBuf buffer = room(1024);
        try (ByteBufOutputStream out = new ByteBufOutputStream(buffer)) {
            json.writeValue((java.io.OutputStream) out, message);
        } catch (IOException e) {
            buffer.release();
            throw new UncheckedIOException(e);
        } catch (RuntimeException | Error e) {
            buffer.release();
            throw e;
        }
        return behindHeader(buffer);
    }

    /** Encodes a text once, likewise. */
    static ByteBuf text(String text) {
        // As many as it takes: the writing itself would reserve three for each character.
        int bytes = ByteBufUtil.utf8Bytes(text);
        ByteBuf buffer = room(bytes);
        ByteBufUtil.reserveAndWriteUtf8(buffer, text, bytes);
        return behindHeader(buffer);
    }

    private static ByteBuf room(int bytes) {
        return PooledByteBufAllocator.DEFAULT.directBuffer(LONGEST_HEADER + bytes).writerIndex(LONGEST_HEADER);
    }

    private static ByteBuf behindHeader(ByteBuf buffer) {
        int length = buffer.writerIndex() - LONGEST_HEADER;
        int header = length < 126 ? 2 : length < 65_536 ? 4 : LONGEST_HEADER;
        int start = LONGEST_HEADER - header;
        buffer.setByte(start, TEXT_FINAL);
        if (header == 2) {
            buffer.setByte(start + 1, length);
        } else if (header == 4) {
            buffer.setByte(start + 1, 126);
            buffer.setShort(start + 2, length);
        } else {
            buffer.setByte(start + 1, 127);
            buffer.setLong(start + 2, length);
        }
        return buffer.readerIndex(start);
    }
}
