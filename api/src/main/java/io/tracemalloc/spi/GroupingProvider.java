package io.tracemalloc.spi;

/**
 * A grouping key of a plug-in; its {@link #name} works in {@code GroupBy.named} and after {@code --group-by}.
 *
 * <p>Safe for several threads at once.
 */
public interface GroupingProvider extends Provider {

    /**
     * The group to which these allocations belong. Called about once per distinct argument, not per record; equal
     * arguments must give equal keys. What it throws ends the statistic.
     */
    String keyOf(AllocationGroup allocations);
}
