package io.tracemalloc.it;

import io.tracemalloc.internal.CommandSocket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Ends forked JVMs that may have been attached to. */
final class Killed {

    private Killed() {}

    /** With what it started. A killed JVM leaves its sockets behind, and a later process may get its id. */
    static void kill(Process process) {
        List<ProcessHandle> family = Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                .toList();
        family.forEach(ProcessHandle::destroyForcibly);
        try {
            for (ProcessHandle each : family) {
                each.onExit().join();
                Files.deleteIfExists(Path.of("/tmp", ".java_pid" + each.pid()));
                Files.deleteIfExists(Path.of("/tmp", CommandSocket.name(each.pid())));
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
