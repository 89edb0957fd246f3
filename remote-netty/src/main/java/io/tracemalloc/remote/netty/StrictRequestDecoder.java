package io.tracemalloc.remote.netty;

import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;

/** Reads requests, with bounds, and takes none whose length can be understood in two ways. */
final class StrictRequestDecoder extends HttpRequestDecoder {

    /** Longest request line. */
    static final int MAX_LINE_BYTES = 4096;

    /** All headers together. */
    static final int MAX_HEADER_BYTES = 8192;

    private static final int INITIAL_BUFFER_BYTES = 256;

    StrictRequestDecoder() {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(MAX_LINE_BYTES)
                .setMaxHeaderSize(MAX_HEADER_BYTES)
                .setMaxChunkSize(MAX_HEADER_BYTES)
                .setInitialBufferSize(INITIAL_BUFFER_BYTES)
                .setValidateHeaders(true)
                .setStrictLineParsing(true)
                .setAllowDuplicateContentLengths(false));
    }

    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw new IllegalArgumentException("both Content-Length and Transfer-Encoding");
    }
}
