package io.tracemalloc.remote.netty;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Counts what was refused, and says each on standard error: at most {@link #LINES} a minute, then how many more.
 *
 * <p>Safe for any thread.
 */
final class Refusals {

    /** Lines a minute. */
    static final int LINES = 10;

    private static final long WINDOW_NANOS = 60_000_000_000L;
    private static final int MAX_TEXT = 160;

    private final Consumer<String> messages;
    private final LongSupplier nanoTime;
    private final AtomicLong count = new AtomicLong();

    /* Guarded by this. */
    private long since;
    private int lines;
    private long unsaid;

    Refusals(Consumer<String> messages, LongSupplier nanoTime) {
        this.messages = messages;
        this.nanoTime = nanoTime;
        this.since = nanoTime.getAsLong();
    }

    /** How many so far. */
    long count() {
        return count.get();
    }

    /**
     * One more.
     *
     * @param what status and request, as far as it is known; foreign text is made harmless here
     */
    void add(String what, String from, String reason) {
        count.incrementAndGet();
        String line = "refused " + harmless(what) + " from " + harmless(from) + ": " + harmless(reason);
        long more;
        synchronized (this) {
            more = renew();
            if (lines >= LINES) {
                unsaid++;
                return;
            }
            lines++;
        }
        if (more > 0) {
            messages.accept("refused " + more + " more before");
        }
        messages.accept(line);
    }

    private long renew() {
        long now = nanoTime.getAsLong();
        if (now - since < WINDOW_NANOS) {
            return 0;
        }
        long more = unsaid;
        since = now;
        lines = 0;
        unsaid = 0;
        return more;
    }

    /** Printable ASCII only, and not too much of it: a log line must not be written by whoever is refused. */
    static String harmless(String text) {
        StringBuilder safe = new StringBuilder();
        for (int i = 0; i < Math.min(text.length(), MAX_TEXT); i++) {
            char c = text.charAt(i);
            safe.append(c >= ' ' && c <= '~' ? c : '?');
        }
        return text.length() > MAX_TEXT ? safe + "..." : safe.toString();
    }
}
