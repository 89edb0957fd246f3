package io.tracemalloc;

/** How far the values of a metric can be trusted. */
public enum Exactness {
    /** Every value was counted. */
    EXACT,
    /**
     * The sums per allocation site, allocated class, domain and thread were counted; how a sum divides among the
     * tracebacks that end at the site was estimated from samples.
     */
    EXACT_BY_SITE,
    /** Every value was scaled from samples. */
    ESTIMATED;

    /** The weaker of two levels: that of a sum over both. */
    public Exactness and(Exactness other) {
        return compareTo(other) >= 0 ? this : other;
    }
}
