package dev.parley.problem;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.ext.Provider;
import jakarta.ws.rs.ext.ReaderInterceptor;
import jakarta.ws.rs.ext.ReaderInterceptorContext;

/**
 * The most that is read of a JSON body that did not announce its length. The framework's own limit answers with an empty
 * body and closes while bytes still arrive, so that few clients would see the answer.
 */
@Provider
class JsonLimit implements ReaderInterceptor {

    /** JSON becomes objects, which take many times its size: a list of small numbers twelve times. */
    static final long BYTES = 1 << 20;

    @Override
    public Object aroundReadFrom(ReaderInterceptorContext context) throws IOException, WebApplicationException {
        MediaType type = context.getMediaType();
        if (type != null && (type.getSubtype().equals("json") || type.getSubtype().endsWith("+json"))) {
            context.setInputStream(new Limited(context.getInputStream()));
        }
        return context.proceed();
    }

    private static final class Limited extends FilterInputStream {

        private long left = BYTES;

        Limited(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            count(value < 0 ? 0 : 1);
            return value;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = super.read(bytes, offset, length);
            count(count);
            return count;
        }

        /** Does not read on to the end first, as the framework's stream would: the answer goes out before. */
        @Override
        public void close() {
        }

        private void count(int count) {
            left -= Math.max(count, 0);
            if (left < 0) {
                throw new Refusal(Code.REQUEST_TOO_LARGE);
            }
        }
    }
}
