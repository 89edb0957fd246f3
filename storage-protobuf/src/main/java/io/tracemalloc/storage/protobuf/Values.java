package io.tracemalloc.storage.protobuf;

import io.tracemalloc.Metric;

/** The metrics with values of their own, in the order of the file's columns. */
final class Values {

    static final int ALLOCATED = 0;
    static final int LIVE = 1;
    static final int PEAK = 2;
    static final int TEMPORARY = 3;
    static final int METRICS = 4;

    private static final Metric[] ORDER = {Metric.ALLOCATED, Metric.LIVE, Metric.PEAK, Metric.TEMPORARY};

    static Metric metric(int index) {
        return ORDER[index];
    }

    private Values() {}
}
