package io.tracemalloc.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/** A queue on disk and who sends what is in it. Safe for any thread. */
final class Forwarding {

    private final ForwardQueue queue;
    private final Forwarder forwarder;
    private final Terminal terminal;

    private Forwarding(ForwardQueue queue, Forwarder forwarder, Terminal terminal) {
        this.queue = queue;
        this.forwarder = forwarder;
        this.terminal = terminal;
    }

    /** Opens the queue and begins to send what an earlier run left in it. */
    static Forwarding start(
            Forwarder.Destination destination, Path directory, long maxBytes, Outages outages, Terminal terminal)
            throws IOException {
        ForwardQueue queue = ForwardQueue.open(directory, maxBytes);
        if (queue.size() > 0) {
            terminal.note(Messages.counted(queue.size(), "profile") + " of an earlier run to be sent first");
        }
        return new Forwarding(queue, Forwarder.start(destination, queue, outages, terminal), terminal);
    }

    /** Has a snapshot sent; where there is no room for it on disk, says so. */
    void add(Path file, String target, Instant from, Instant until) {
        try {
            queue.add(file, target, from, until);
        } catch (IOException | RuntimeException e) {
            terminal.note(file + ": cannot be queued for the database: " + Messages.of(e));
        }
    }

    /** See {@link Forwarder#finish}. */
    void finish(Duration patience) {
        forwarder.finish(patience);
    }

    /** One line of what became of the snapshots. */
    void summarise() {
        terminal.note("forwarded " + Messages.counted(forwarder.sent(), "profile") + "; "
                + Messages.number(queue.size()) + " left in the queue, " + Messages.number(queue.dropped())
                + " dropped for want of room, " + Messages.number(forwarder.refused()) + " refused");
    }
}
