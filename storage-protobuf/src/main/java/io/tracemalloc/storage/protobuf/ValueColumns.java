package io.tracemalloc.storage.protobuf;

import io.tracemalloc.Metric;
import io.tracemalloc.SnapshotFormatException;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** What each value of a sample means, found by the names of the sample types. */
final class ValueColumns {

    private static final int NONE = -1;

    /* How the unit is written; some tools write none. */
    private static final Set<String> BYTES = Set.of("", "bytes", "byte", "B");

    private final int[] metrics;
    private final boolean[] isBytes;
    private final Set<Metric> known = EnumSet.noneOf(Metric.class);

    ValueColumns(String[] names, String[] units) throws SnapshotFormatException {
        metrics = new int[names.length];
        isBytes = new boolean[names.length];
        for (int i = 0; i < names.length; i++) {
            Optional<Metric> metric = metric(names[i]);
            metric.ifPresent(known::add);
            metrics[i] = metric.map(found -> found == Metric.ALLOCATED ? Values.ALLOCATED : Values.LIVE)
                    .orElse(NONE);
            isBytes[i] = names[i].endsWith(Schema.SPACE);
            if (metrics[i] != NONE && isBytes[i] && !BYTES.contains(units[i])) {
                throw new SnapshotFormatException(
                        "expected " + names[i] + " in bytes, found " + Quoted.names(new String[] {units[i]}));
            }
        }
        if (known.isEmpty()) {
            throw new SnapshotFormatException(
                    "expected a heap profile with alloc_space or inuse_space, found one of " + Quoted.names(names));
        }
    }

    /** The metric of a sample type; tcmalloc and jemalloc call live {@code objects} and {@code space}. */
    static Optional<Metric> metric(String sampleType) {
        return switch (sampleType) {
            case Schema.ALLOC_OBJECTS, Schema.ALLOC_SPACE -> Optional.of(Metric.ALLOCATED);
            case Schema.INUSE_OBJECTS, Schema.INUSE_SPACE, "objects", Schema.SPACE -> Optional.of(Metric.LIVE);
            default -> Optional.empty();
        };
    }

    Set<Metric> metrics() {
        return known;
    }

    Metric preferred() {
        return known.contains(Metric.LIVE) ? Metric.LIVE : Metric.ALLOCATED;
    }

    /** Sorts the values of a sample into counts and bytes per metric. */
    void sort(LongList values, long[] counts, long[] bytes) throws SnapshotFormatException {
        if (values.size() != metrics.length) {
            throw new SnapshotFormatException("expected " + metrics.length + " values in each sample, found "
                    + values.size() + ": the file is damaged");
        }
        for (int i = 0; i < metrics.length; i++) {
            if (metrics[i] != NONE) {
                (isBytes[i] ? bytes : counts)[metrics[i]] = values.get(i);
            }
        }
    }
}
