package io.tracemalloc.remote.netty;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Counts wrong tokens: after {@link #LIMIT} within a minute whoever presents another one from the same address is told
 * to wait until the minute is over.
 *
 * <p>Knows at most {@link #ADDRESSES} addresses, the latest ones. Safe for any thread.
 */
final class FailedAttempts {

    /** Wrong tokens of one address in a minute. */
    static final int LIMIT = 20;

    /** Addresses that are remembered. */
    static final int ADDRESSES = 1024;

    private static final long WINDOW_NANOS = 60_000_000_000L;

    private final LongSupplier nanoTime;

    /* Guarded by this. */
    private final Map<String, Window> windows = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Window> eldest) {
            return size() > ADDRESSES;
        }
    };

    private static final class Window {
        final long since;
        int failures;

        Window(long since) {
            this.since = since;
        }
    }

    FailedAttempts(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Seconds that are left of the minute if this address has presented too many; otherwise 0. */
    synchronized long secondsToWait(String address) {
        Window window = current(address);
        if (window == null || window.failures < LIMIT) {
            return 0;
        }
        return 1 + (WINDOW_NANOS - (nanoTime.getAsLong() - window.since)) / 1_000_000_000L;
    }

    /** Counts a wrong token. */
    synchronized void failed(String address) {
        Window window = current(address);
        if (window == null) {
            window = new Window(nanoTime.getAsLong());
            windows.put(address, window);
        }
        window.failures++;
    }

    private @org.jspecify.annotations.Nullable Window current(String address) {
        Window window = windows.get(address);
        return window == null || nanoTime.getAsLong() - window.since >= WINDOW_NANOS ? null : window;
    }
}
