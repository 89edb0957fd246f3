package io.tracemalloc.cli;

import io.tracemalloc.spi.RemoteSession;
import java.io.IOException;

/** Gets hold of the session of another JVM. Called from several threads at once. */
@FunctionalInterface
interface Connector {

    /**
     * Connects.
     *
     * @param target a process id or an address
     * @throws IOException if it cannot be reached, in one line
     */
    RemoteSession connect(String target) throws IOException;
}
