package io.tracemalloc;

import java.util.Locale;

/** Which blocks are followed until the garbage collector reclaims them. */
public enum LiveTracking {
    /** None: snapshots have no live values. */
    OFF,
    /** A sample of the blocks, one per {@linkplain TraceOptions#intervalBytes() interval} on average. */
    SAMPLED,
    /** Every block, at the price of one weak reference each. */
    EXACT;

    /** The name in option texts: the constant in lower case. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
