package io.tracemalloc.remote.netty;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpContent;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Sends what is written to it as chunks, at the pace of the reader: at most {@link #CHUNKS} chunks of
 * {@link #CHUNK_BYTES} are under way, and a write waits until one of them has reached the socket.
 *
 * <p>For one thread, which must not be the event loop's.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write ends the connection, which tells everybody
final class ChunkedBody extends OutputStream {

    /** Size of a chunk. */
    static final int CHUNK_BYTES = 16 * 1024;

    /** Chunks that were not yet given to the socket. */
    static final int CHUNKS = 8;

    private static final long ASK_AGAIN_MILLIS = 500;

    private final ChannelHandlerContext context;
    private final LongSupplier patienceMillis;
    private final Semaphore free = new Semaphore(CHUNKS);
    private byte[] chunk = new byte[CHUNK_BYTES];
    private int filled;
    private volatile boolean failed;

    /**
     * A body that is sent as it is written.
     *
     * @param patienceMillis how long a reader may take nothing; asked again while it does, for others may come to wait
     */
    ChunkedBody(ChannelHandlerContext context, LongSupplier patienceMillis) {
        this.context = context;
        this.patienceMillis = patienceMillis;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int from = offset;
        int left = length;
        while (left > 0) {
            int part = Math.min(left, CHUNK_BYTES - filled);
            System.arraycopy(bytes, from, chunk, filled, part);
            filled += part;
            from += part;
            left -= part;
            if (filled == CHUNK_BYTES) {
                send();
            }
        }
    }

    /* Encoders flush often; chunks are sent when they are full. */
    @Override
    public void flush() {}

    private void send() throws IOException {
        await();
        byte[] full = chunk;
        int length = filled;
        chunk = new byte[CHUNK_BYTES];
        filled = 0;
        context.writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(full, 0, length)))
                .addListener((ChannelFuture sent) -> {
                    failed |= !sent.isSuccess();
                    free.release();
                });
        if (failed) {
            throw new IOException("the reader has gone");
        }
    }

    private void await() throws IOException {
        try {
            long begin = System.nanoTime();
            while (!free.tryAcquire(ASK_AGAIN_MILLIS, TimeUnit.MILLISECONDS)) {
                long waited = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
                if (waited >= patienceMillis.getAsLong()) {
                    throw new IOException("the reader's end has taken nothing for " + waited / 1000 + " s");
                }
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("the channel closes").initCause(closing);
        }
        if (failed) {
            throw new IOException("the reader has gone");
        }
    }

    /** Sends the rest, and returns when all has reached the socket. The end of the body is not part of it. */
    void finish() throws IOException {
        if (filled > 0) {
            send();
        }
        // One at a time, so that a slow reader has as long for each as everywhere else.
        for (int i = 0; i < CHUNKS; i++) {
            await();
        }
    }
}
