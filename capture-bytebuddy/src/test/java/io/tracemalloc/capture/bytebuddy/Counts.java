package io.tracemalloc.capture.bytebuddy;

import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.filter.Filter;

/** What a snapshot counted. */
final class Counts {

    private Counts() {}

    /** Blocks of a class, whoever allocated them. */
    static long blocks(Snapshot snapshot, Class<?> type) {
        return snapshot.filter(
                        Filter.builder(true).className(type.getTypeName()).build())
                .totalCount(Metric.ALLOCATED);
    }
}
