package io.tracemalloc;

import java.util.Locale;

/** Which of a record's values a statistic adds up. */
public enum Metric {
    /** Not yet reclaimed when the snapshot was taken, as of the last garbage collection. */
    LIVE,
    /** All that was allocated since tracing started or was cleared. */
    ALLOCATED,
    /** {@link #ALLOCATED} minus {@link #LIVE}, of each record and never below 0 there. */
    FREED,
    /** Live at the high-water mark since the last reset of the peak. */
    PEAK,
    /** Already dead at the first collection after the allocation. */
    TEMPORARY;

    /** The name on the command line and in files: the constant in lower case. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
