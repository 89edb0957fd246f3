package io.tracemalloc.jmh;

import java.util.List;
import java.util.stream.DoubleStream;

/** What the reports of this package have in common. */
final class Report {

    private Report() {}

    /** A command-line argument, or what stands for it if it was left out. */
    static String argument(String[] arguments, int index, String otherwise) {
        return arguments.length > index ? arguments[index] : otherwise;
    }

    /** Names separated by commas, or all there are for {@code all}. */
    static List<String> names(String names, List<String> all) {
        return names.equals("all") ? all : List.of(names.split(","));
    }

    /** The median; of an even number of values the mean of the two in the middle, NaN of none. */
    static double median(DoubleStream values) {
        double[] sorted = values.sorted().toArray();
        if (sorted.length == 0) {
            return Double.NaN;
        }
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** The mean for ratios, where twice and half make one; NaN of none. */
    static double geometricMean(double[] ratios) {
        return Math.exp(DoubleStream.of(ratios).map(Math::log).average().orElse(Double.NaN));
    }
}
