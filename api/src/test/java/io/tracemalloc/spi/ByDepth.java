package io.tracemalloc.spi;

import java.util.function.Predicate;

/** Plug-ins for tests: groups by the number of kept frames, and filters by the least number of them. */
public final class ByDepth {

    private ByDepth() {}

    /** {@code --group-by depth}. */
    public static final class Grouping implements GroupingProvider {

        @Override
        public String name() {
            return "depth";
        }

        @Override
        public String keyOf(AllocationGroup allocations) {
            return Integer.toString(allocations.traceback().frames().size());
        }
    }

    /** Another plug-in of the same name. */
    public static final class SameName implements GroupingProvider {

        @Override
        public String name() {
            return "depth";
        }

        @Override
        public String keyOf(AllocationGroup allocations) {
            return "";
        }
    }

    /** {@code --include min-depth=N}. */
    public static final class Filter implements FilterProvider {

        @Override
        public String name() {
            return "min-depth";
        }

        @Override
        public Predicate<AllocationGroup> condition(String value) {
            int least = parse(value);
            return group -> group.traceback().frames().size() >= least;
        }

        private static int parse(String value) {
            try {
                return Integer.parseInt(value);
            } catch (NumberFormatException notANumber) {
                throw new IllegalArgumentException("min-depth must be a number, got " + value, notANumber);
            }
        }
    }
}
