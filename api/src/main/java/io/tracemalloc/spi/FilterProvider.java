package io.tracemalloc.spi;

import java.util.function.Predicate;

/**
 * A filter condition of a plug-in; its {@link #name} is a key in filter texts: {@code --include name=value}.
 *
 * <p>Safe for several threads at once.
 */
public interface FilterProvider extends Provider {

    /**
     * The condition for this value. It is asked about once per distinct argument, not per record.
     *
     * @throws IllegalArgumentException if the value makes no sense, in one line
     */
    Predicate<AllocationGroup> condition(String value);
}
