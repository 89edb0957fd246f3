package io.tracemalloc.it;

import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.it.Expectations.Allocated;
import io.tracemalloc.spi.SnapshotColumns;
import java.util.Map;
import java.util.TreeMap;

/** What a snapshot says of a subject: by line of the most recent frame and by class. */
final class Found {

    private final Map<Integer, Map<String, Allocated>> lines = new TreeMap<>();
    private final Map<String, Allocated> totals = new TreeMap<>();

    Found(Snapshot snapshot, String fileName) {
        SnapshotColumns columns = snapshot.columns();
        for (int record = 0; record < columns.recordCount(); record++) {
            long count = columns.count(record, Metric.ALLOCATED);
            long bytes = columns.bytes(record, Metric.ALLOCATED);
            String type = columns.typeName(columns.type(record));
            add(totals, type, count, bytes);
            int frame = columns.tracebackFrame(columns.traceback(record), 0);
            if (columns.frameFile(frame).equals(fileName)) {
                add(lines.computeIfAbsent(columns.frameLine(frame), unused -> new TreeMap<>()), type, count, bytes);
            }
        }
    }

    /* Records without allocated blocks are of the native sampler alone: live blocks of sites that have no counter. */
    private static void add(Map<String, Allocated> classes, String type, long count, long bytes) {
        if (count == 0) {
            return;
        }
        classes.merge(type, new Allocated(count, bytes), (a, b) -> a.plus(b.count(), b.bytes()));
    }

    /** What a line allocated, by class. */
    Map<String, Allocated> line(int number) {
        return lines.getOrDefault(number, Map.of());
    }

    /** All of one class in the file, whatever the line. */
    Allocated inFile(String type) {
        Allocated sum = new Allocated(0, 0);
        for (Map<String, Allocated> line : lines.values()) {
            Allocated some = line.get(type);
            sum = some == null ? sum : sum.plus(some.count(), some.bytes());
        }
        return sum;
    }

    /** All of one class, wherever allocated. */
    Allocated total(String type) {
        return totals.getOrDefault(type, new Allocated(0, 0));
    }
}
