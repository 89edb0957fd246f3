package io.tracemalloc.spi;

/** An open remote channel. Safe for any thread. */
public interface RemoteChannel extends AutoCloseable {

    /** Where it listens, as a client would name it. */
    String address();

    /** Stops to listen and ends what is in flight. Does nothing the second time. */
    @Override
    void close();
}
