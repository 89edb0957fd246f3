package io.tracemalloc;

/** How far the values of a metric can be trusted. */
public enum Exactness {
    /** Every value was counted. */
    EXACT,
    /**
     * As {@link #EXACT_BY_SITE}; the sums per allocation site and most recent frame outside the JDK were counted, too.
     */
    EXACT_BY_CALLER,
    /**
     * The sums per allocation site, allocated class, domain and thread were counted; how a sum divides among the
     * tracebacks that end at the site was estimated from samples.
     */
    EXACT_BY_SITE,
    /** Every value was scaled from samples. */
    ESTIMATED;

    /** Whether sums per allocation site were counted while their division among tracebacks was estimated. */
    public boolean isBySite() {
        return this == EXACT_BY_CALLER || this == EXACT_BY_SITE;
    }

    /** The weaker of two levels: that of a sum over both. */
    public Exactness and(Exactness other) {
        return compareTo(other) >= 0 ? this : other;
    }
}
