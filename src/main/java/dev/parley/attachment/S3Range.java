package dev.parley.attachment;

import java.io.FilterInputStream;
import java.io.IOException;

import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/** The body of a ranged GET. Closed early it drops the connection instead of reading an object nobody wants any more. */
final class S3Range extends FilterInputStream {

    private final ResponseInputStream<GetObjectResponse> body;
    private long left;

    S3Range(ResponseInputStream<GetObjectResponse> body, long length) {
        super(body);
        this.body = body;
        this.left = length;
    }

    @Override
    public int read() throws IOException {
        int got = super.read();
        left -= got < 0 ? 0 : 1;
        return got;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        int got = super.read(into, offset, length);
        left -= Math.max(got, 0);
        return got;
    }

    @Override
    public long skip(long count) throws IOException {
        long skipped = super.skip(count);
        left -= skipped;
        return skipped;
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    @Override
    public void close() throws IOException {
        if (left > 0) {
            body.abort();
        }
        super.close();
    }
}
