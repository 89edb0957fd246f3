package io.tracemalloc.spi;

/**
 * What every provider found through {@link java.util.ServiceLoader} says of itself.
 *
 * <p>The choice among providers is deterministic: the one with the asked name, else the available one with the highest
 * priority. Two of equal name, or of equal highest priority, are an error that lists every candidate.
 */
public interface Provider {

    /** The name by which users choose it, lower case, unique among providers of its kind. */
    String name();

    /** Rank when no name is given; higher wins. */
    default int priority() {
        return 0;
    }

    /** Whether it can work here. Must not throw and must be quick: no start-up work. */
    default Availability availability() {
        return Availability.available();
    }
}
