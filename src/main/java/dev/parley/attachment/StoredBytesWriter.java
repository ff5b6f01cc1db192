package dev.parley.attachment;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;

import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.Provider;

import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.spi.ResteasyReactiveResourceInfo;
import org.jboss.resteasy.reactive.server.spi.ServerMessageBodyWriter;
import org.jboss.resteasy.reactive.server.spi.ServerRequestContext;
import org.jboss.resteasy.reactive.server.vertx.VertxResteasyReactiveRequestContext;

import dev.parley.problem.Code;
import dev.parley.problem.Problem;
import dev.parley.problem.Refusal;
import io.vertx.core.http.HttpServerResponse;

/**
 * Sends a download: a file by the operating system, without passing through this program's memory; a stream piece by
 * piece, no faster than the client takes them. A client that leaves ends both.
 */
@Provider
public class StoredBytesWriter implements ServerMessageBodyWriter<StoredBytes> {

    private static final Logger LOG = Logger.getLogger(StoredBytesWriter.class);
    private static final int PIECE = 64 * 1024;

    @Override
    public boolean isWriteable(Class<?> type, Type genericType, ResteasyReactiveResourceInfo target,
            MediaType mediaType) {
        return StoredBytes.class.isAssignableFrom(type);
    }

    @Override
    public boolean isWriteable(Class<?> type, Type genericType, Annotation[] annotations, MediaType mediaType) {
        return StoredBytes.class.isAssignableFrom(type);
    }

    @Override
    public void writeResponse(StoredBytes bytes, Type genericType, ServerRequestContext context) {
        var exchange = (VertxResteasyReactiveRequestContext) context.serverResponse();
        switch (bytes) {
            case StoredBytes.OfFile file -> send(file, exchange);
            case StoredBytes.OfStream stream -> copy(stream.stream(), context.getOrCreateOutputStream(), exchange);
        }
    }

    @Override
    public void writeTo(StoredBytes bytes, Class<?> type, Type genericType, Annotation[] annotations,
            MediaType mediaType, MultivaluedMap<String, Object> headers, OutputStream out) {
        throw new UnsupportedOperationException("Only for the server's own responses");
    }

    private static void send(StoredBytes.OfFile bytes, VertxResteasyReactiveRequestContext exchange) {
        HttpServerResponse response = exchange.vertxServerResponse();
        response.sendFile(bytes.file().toString(), bytes.offset(), bytes.length()).onFailure(gone -> {
            // Removed since it was looked up, or the client has left: either way nothing may keep waiting.
            if (response.headWritten()) {
                cutOff(exchange);
            } else {
                response.headers().clear();
                Problem.send(response, new Refusal(Code.FILE_NOT_FOUND), Code.FILE_NOT_FOUND.status);
            }
        });
    }

    private static void copy(InputStream from, OutputStream to, VertxResteasyReactiveRequestContext exchange) {
        try (from) {
            byte[] piece = new byte[PIECE];
            for (int got = read(from, piece); got >= 0; got = read(from, piece)) {
                to.write(piece, 0, got);
            }
            to.close();
        } catch (IOException left) {
            LOG.debug("A client left", left);
            cutOff(exchange);
        } catch (Refusal broken) {
            // Too late for another status: a connection cut short tells the client that this is not the whole.
            cutOff(exchange);
        }
    }

    /** A reset of the response would close the connection, too, but nobody would be told that the request is over. */
    private static void cutOff(VertxResteasyReactiveRequestContext exchange) {
        exchange.getContext().request().connection().close();
    }

    private static int read(InputStream from, byte[] piece) {
        try {
            return from.read(piece);
        } catch (IOException e) {
            LOG.warnf("The store broke off: %s", e);
            throw new Refusal(Code.STORE_UNAVAILABLE);
        }
    }
}
