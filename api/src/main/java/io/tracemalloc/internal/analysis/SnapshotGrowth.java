package io.tracemalloc.internal.analysis;

import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.SnapshotInfo;
import io.tracemalloc.spi.SnapshotBuilder;
import io.tracemalloc.spi.SnapshotColumns;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * By how much a session grew from one snapshot to the next, as a snapshot: what was allocated in between, and the live
 * blocks that were added.
 *
 * <p>Nothing is negative. The growth is that of an allocation site, class, domain, thread and block size together, 0
 * where it shrank, and is divided among the tracebacks that end there in proportion to their own growth. So a site that
 * was counted exactly stays exact, although the share of a single traceback may have shrunk where it is estimated.
 */
public final class SnapshotGrowth {

    private static final List<Metric> GROWING = List.of(Metric.ALLOCATED, Metric.LIVE, Metric.TEMPORARY);

    /* Accounts of the whole session, which say nothing about a part of it. */
    private static final Set<String> OF_SESSION = Set.of(
            "heap_allocated_bytes",
            "unattributed_bytes",
            "removed_by_jit_bytes",
            "sampled_at_uncounted_sites_bytes",
            "allocated_bytes_standard_error",
            "live_bytes_standard_error");

    private final SnapshotColumns old;
    private final SnapshotColumns recent;
    private final SnapshotColumns both;
    private final int[] oldRecords;
    private final int[] recentRecords;
    private final int[] groups;
    private final int groupCount;

    private SnapshotGrowth(SnapshotColumns old, SnapshotColumns recent) {
        this.old = old;
        this.recent = recent;
        SnapshotBuilder joined = new SnapshotBuilder();
        this.recentRecords = intern(recent, joined);
        this.oldRecords = intern(old, joined);
        this.both = joined.build();
        SnapshotBuilder sites = new SnapshotBuilder();
        this.groups = groups(both, sites);
        this.groupCount = sites.build().recordCount();
    }

    /**
     * The growth between two snapshots of one session. If the session was cleared or restarted in between, all of the
     * recent one.
     */
    public static Snapshot between(Snapshot old, Snapshot recent) {
        SnapshotInfo info = recent.info();
        if (isYounger(info, old.info())) {
            return recent;
        }
        Duration span = info.duration().minus(old.info().duration());
        SnapshotBuilder target = new SnapshotBuilder();
        new SnapshotGrowth(old.columns(), recent.columns()).writeTo(target);
        return target.snapshot(
                new SnapshotInfo(info.time(), span, info.tracebackLimit(), info.intervalBytes(), info.defaultMetric()));
    }

    /*
     * A young session may have lasted longer than the old one had, so the starts tell. Those of one session differ a little
     * where the clock is adjusted, so they are compared with the middle of what the old one had lasted.
     */
    private static boolean isYounger(SnapshotInfo recent, SnapshotInfo old) {
        if (recent.duration().isZero()) {
            return !old.duration().isZero();
        }
        Instant start = recent.time().minus(recent.duration());
        return recent.duration().compareTo(old.duration()) < 0
                || start.isAfter(old.time().minus(old.duration().dividedBy(2)));
    }

    private static int[] intern(SnapshotColumns source, SnapshotBuilder target) {
        int[] tracebacks = Copies.tracebacks(source, target);
        int[] ids = new int[source.recordCount()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = target.record(
                    tracebacks[source.traceback(i)],
                    target.type(source.typeName(source.type(i))),
                    source.domain(i),
                    target.thread(source.threadName(source.thread(i))),
                    source.blockSize(i));
        }
        return ids;
    }

    /* The same records as if they had one frame: equal ids where they are of one site. */
    private static int[] groups(SnapshotColumns records, SnapshotBuilder sites) {
        int[] site = new int[records.tracebackCount()];
        for (int i = 0; i < site.length; i++) {
            site[i] = site(records, i, sites);
        }
        int[] ids = new int[records.recordCount()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = sites.record(
                    site[records.traceback(i)],
                    sites.type(records.typeName(records.type(i))),
                    records.domain(i),
                    sites.thread(records.threadName(records.thread(i))),
                    records.blockSize(i));
        }
        return ids;
    }

    private static int site(SnapshotColumns records, int traceback, SnapshotBuilder sites) {
        if (records.tracebackLength(traceback) == 0) {
            return sites.traceback(new int[0], 0, 0);
        }
        int frame = records.tracebackFrame(traceback, 0);
        int id = sites.frame(
                records.frameClass(frame),
                records.frameMethod(frame),
                records.frameFile(frame),
                records.frameLine(frame));
        return sites.traceback(new int[] {id}, 1, 0);
    }

    private void writeTo(SnapshotBuilder target) {
        Map<Metric, long[][]> growth = new EnumMap<>(Metric.class);
        for (Metric metric : GROWING) {
            if (old.has(metric) && recent.has(metric)) {
                growth.put(metric, new long[][] {counts(metric), bytes(metric)});
                target.recorded(metric, recent.exactness(metric).and(old.exactness(metric)));
            }
        }
        writeRecords(growth, target);
        target.dropped(Math.max(0, recent.dropped() - old.dropped()));
        target.truncated(Math.max(0, recent.truncated() - old.truncated()));
        target.overhead(recent.overheadBytes());
        recent.attributes().forEach((key, value) -> {
            if (!OF_SESSION.contains(key)) {
                target.attribute(key, value);
            }
        });
    }

    private void writeRecords(Map<Metric, long[][]> growth, SnapshotBuilder target) {
        int[] tracebacks = Copies.tracebacks(both, target);
        for (int record = 0; record < groups.length; record++) {
            int id = -1;
            for (Map.Entry<Metric, long[][]> each : growth.entrySet()) {
                long count = each.getValue()[0][record];
                long bytes = each.getValue()[1][record];
                if (count > 0 || bytes > 0) {
                    id = id < 0 ? newRecord(record, tracebacks, target) : id;
                    target.add(id, each.getKey(), count, bytes);
                }
            }
        }
    }

    private int newRecord(int record, int[] tracebacks, SnapshotBuilder target) {
        return target.newRecord(
                tracebacks[both.traceback(record)],
                target.type(both.typeName(both.type(record))),
                both.domain(record),
                target.thread(both.threadName(both.thread(record))),
                both.blockSize(record));
    }

    private long[] counts(Metric metric) {
        long[] change = new long[groups.length];
        for (int i = 0; i < recentRecords.length; i++) {
            change[recentRecords[i]] += recent.count(i, metric);
        }
        for (int i = 0; i < oldRecords.length; i++) {
            change[oldRecords[i]] -= old.count(i, metric);
        }
        return spread(change);
    }

    private long[] bytes(Metric metric) {
        long[] change = new long[groups.length];
        for (int i = 0; i < recentRecords.length; i++) {
            change[recentRecords[i]] += recent.bytes(i, metric);
        }
        for (int i = 0; i < oldRecords.length; i++) {
            change[oldRecords[i]] -= old.bytes(i, metric);
        }
        return spread(change);
    }

    /* Divides the change of each group among those of its records that grew; rounding never loses a part of the sum. */
    private long[] spread(long[] change) {
        long[] sum = new long[groupCount];
        long[] grown = new long[groupCount];
        for (int i = 0; i < change.length; i++) {
            sum[groups[i]] += change[i];
            grown[groups[i]] += Math.max(0, change[i]);
        }
        long[] seen = new long[groupCount];
        for (int i = 0; i < change.length; i++) {
            int group = groups[i];
            long part = Math.max(0, change[i]);
            long whole = Math.max(0, sum[group]);
            long before = share(seen[group], whole, grown[group]);
            seen[group] += part;
            change[i] = share(seen[group], whole, grown[group]) - before;
        }
        return change;
    }

    private static long share(long part, long whole, long of) {
        if (part == 0 || whole == of) {
            return part;
        }
        return part == of ? whole : Math.min(whole, (long) ((double) part / of * whole));
    }
}
