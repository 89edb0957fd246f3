package io.tracemalloc.spi;

import java.nio.file.Path;
import java.util.Optional;

/** An open remote channel. Safe for any thread. */
public interface RemoteChannel extends AutoCloseable {

    /** Where it listens, as a client would name it. */
    String address();

    /** The file that holds the token which clients need; empty if they need none. */
    default Optional<Path> tokenFile() {
        return Optional.empty();
    }

    /** Stops to listen and ends what is in flight. Does nothing the second time. */
    @Override
    void close();
}
