package io.tracemalloc.cli;

import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.statistic.SizeFormat;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Adds up files, and keeps in mind what a reader of the sum has to know. */
final class Merge {

    private final MergedSnapshot sum = new MergedSnapshot();
    private final Origin origin;
    /** Of each metric, the first file without it and how many there are. */
    private final Map<Metric, Lacking> lacking = new EnumMap<>(Metric.class);
    /** The same of ages; null while all have them. */
    private @Nullable Lacking lackingAges;
    /** Of each JVM, the first file of it. */
    private final Map<String, String> fileOfJvm = new HashMap<>();

    private final List<String> twice = new ArrayList<>();
    private long leastInterval = Long.MAX_VALUE;
    private long mostInterval;

    private record Lacking(String first, int files) {

        static Lacking of(@Nullable Lacking known, String file) {
            return known == null ? new Lacking(file, 1) : new Lacking(known.first, known.files + 1);
        }

        @Override
        public String toString() {
            return first
                    + (files == 1 ? " has" : files == 2 ? " and 1 other have" : " and " + (files - 1) + " others have");
        }
    }

    Merge(Origin origin) {
        this.origin = origin;
    }

    /**
     * Adds a snapshot.
     *
     * @param file where it was read from, as the user named it
     * @throws IllegalArgumentException if the sums grow beyond 2<sup>63</sup>
     */
    void add(Snapshot snapshot, String file) {
        Map<String, String> facts = snapshot.columns().attributes();
        sum.add(snapshot, origin.of(facts, file));
        for (Metric metric : Metric.values()) {
            if (metric != Metric.FREED && !snapshot.has(metric)) {
                lacking.put(metric, Lacking.of(lacking.get(metric), file));
            }
        }
        if (MergedSnapshot.lacksAges(snapshot.columns())) {
            lackingAges = Lacking.of(lackingAges, file);
        }
        leastInterval = Math.min(leastInterval, snapshot.info().intervalBytes());
        mostInterval = Math.max(mostInterval, snapshot.info().intervalBytes());
        String pid = facts.getOrDefault("pid", "");
        if (!pid.isEmpty()) {
            String jvm = facts.getOrDefault("host", "") + '/' + pid + ' ' + facts.getOrDefault("program", "");
            String known = fileOfJvm.putIfAbsent(jvm, file);
            if (known != null) {
                twice.add(known + " and " + file);
            }
        }
    }

    /** The sum. */
    Snapshot snapshot() {
        return sum.snapshot();
    }

    /** A line for each thing that the sum does not show by itself. */
    List<String> notes() {
        List<String> notes = new ArrayList<>();
        for (Metric metric : sum.leftOut()) {
            notes.add(metric.label() + " is left out: " + lacking.get(metric) + " no such values");
        }
        if (sum.leavesOutAges()) {
            notes.add("ages of live blocks are left out: " + lackingAges + " none");
        }
        if (leastInterval < mostInterval) {
            notes.add("sampled every " + SizeFormat.format(leastInterval) + " to " + SizeFormat.format(mostInterval)
                    + ": the sum is as coarse as the coarsest");
        }
        if (!twice.isEmpty()) {
            int others = twice.size() - 1;
            notes.add("warning: " + twice.get(0)
                    + (others == 0 ? "" : ", and " + Messages.counted(others, "more pair") + ",")
                    + " seem to be of one JVM: what both have counts twice");
        }
        return notes;
    }
}
