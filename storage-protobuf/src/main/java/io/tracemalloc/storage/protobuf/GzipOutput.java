package io.tracemalloc.storage.protobuf;

import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.GZIPOutputStream;

/** Gzip at a chosen level; {@link #finish} ends it and leaves the underlying stream open. */
final class GzipOutput extends GZIPOutputStream {

    private static final int BUFFER_BYTES = 1 << 16;

    GzipOutput(OutputStream out, int level) throws IOException {
        super(out, BUFFER_BYTES);
        def.setLevel(level);
    }

    @Override
    public void finish() throws IOException {
        super.finish();
        flush();
    }

    /** Frees the deflater, whether or not the stream was finished. */
    void free() {
        def.end();
    }
}
