package io.tracemalloc.storage.protobuf;

import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.SnapshotInfo;
import io.tracemalloc.spi.SnapshotColumns;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** All that a snapshot says, as text that does not depend on the order of its ids: equal texts, equal snapshots. */
final class Canonical {

    private static final Metric[] METRICS = {Metric.LIVE, Metric.ALLOCATED, Metric.FREED, Metric.PEAK, Metric.TEMPORARY
    };

    static List<String> text(Snapshot snapshot) {
        List<String> lines = new ArrayList<>(facts(snapshot));
        lines.addAll(records(snapshot.columns()));
        return lines;
    }

    private static List<String> facts(Snapshot snapshot) {
        SnapshotColumns columns = snapshot.columns();
        SnapshotInfo info = snapshot.info();
        List<String> lines = new ArrayList<>();
        lines.add("time " + info.time() + ", duration " + info.duration() + ", limit " + info.tracebackLimit()
                + ", interval " + info.intervalBytes() + ", default " + info.defaultMetric());
        lines.add("dropped " + columns.dropped() + ", truncated " + columns.truncated() + ", overhead "
                + columns.overheadBytes());
        for (Metric metric : METRICS) {
            lines.add(metric + (columns.has(metric) ? " " + columns.exactness(metric) : " not recorded"));
        }
        if (columns.ageBuckets() > 0) {
            lines.add("ages " + columns.ageBuckets());
        }
        columns.attributes().forEach((key, value) -> lines.add("attribute " + key + "=" + value));
        return lines;
    }

    /** Records of equal identity are one. */
    private static List<String> records(SnapshotColumns columns) {
        Map<String, long[]> values = new TreeMap<>();
        Map<String, Map<Integer, List<Long>>> ages = new HashMap<>();
        for (int record = 0; record < columns.recordCount(); record++) {
            long[] sums = values.computeIfAbsent(identity(columns, record), key -> new long[METRICS.length * 2]);
            for (int i = 0; i < METRICS.length; i++) {
                sums[2 * i] += columns.count(record, METRICS[i]);
                sums[2 * i + 1] += columns.bytes(record, METRICS[i]);
            }
            for (int age = 0; columns.isAged(record) && age < columns.ageBuckets(); age++) {
                long count = columns.agedCount(record, age);
                long bytes = columns.agedBytes(record, age);
                if ((count | bytes) != 0) {
                    ages.computeIfAbsent(identity(columns, record), key -> new TreeMap<>())
                            .merge(
                                    age,
                                    List.of(count, bytes),
                                    (one, other) -> List.of(one.get(0) + other.get(0), one.get(1) + other.get(1)));
                }
            }
        }
        List<String> lines = new ArrayList<>();
        values.forEach((identity, sums) -> lines.add(identity + " " + Arrays.toString(sums)
                + (ages.containsKey(identity) ? " ages " + ages.get(identity) : "")));
        Collections.sort(lines);
        return lines;
    }

    private static String identity(SnapshotColumns columns, int record) {
        StringBuilder text = new StringBuilder();
        text.append(columns.typeName(columns.type(record)))
                .append('|')
                .append(columns.threadName(columns.thread(record)))
                .append(host(columns, record))
                .append("|domain ")
                .append(columns.domain(record))
                .append("|size ")
                .append(columns.blockSize(record));
        int traceback = columns.traceback(record);
        text.append("|of ").append(columns.totalFrames(traceback)).append(':');
        for (int i = 0; i < columns.tracebackLength(traceback); i++) {
            int frame = columns.tracebackFrame(traceback, i);
            text.append(" <")
                    .append(columns.frameClass(frame))
                    .append('#')
                    .append(columns.frameMethod(frame))
                    .append('@')
                    .append(columns.frameFile(frame))
                    .append(':')
                    .append(columns.frameLine(frame))
                    .append('>');
        }
        return text.toString();
    }

    private static String host(SnapshotColumns columns, int record) {
        String host = columns.threadHost(columns.thread(record));
        return host.isEmpty() ? "" : " on " + host;
    }

    private Canonical() {}
}
