package io.tracemalloc.storage.protobuf;

import java.io.IOException;
import java.io.InputStream;

/** A stream whose first bytes were read already. Closing it leaves the stream open. */
final class PrefixedInput extends InputStream {

    private final byte[] prefix;
    private final InputStream rest;
    private int next;

    PrefixedInput(byte[] prefix, InputStream rest) {
        this.prefix = prefix;
        this.rest = rest;
    }

    @Override
    public int read() throws IOException {
        return next < prefix.length ? prefix[next++] & 0xFF : rest.read();
    }

    @Override
    public int read(byte[] target, int from, int length) throws IOException {
        if (next == prefix.length) {
            return rest.read(target, from, length);
        }
        int count = Math.min(length, prefix.length - next);
        System.arraycopy(prefix, next, target, from, count);
        next += count;
        return count;
    }
}
