package io.tracemalloc.cli;

import io.tracemalloc.Exactness;
import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.spi.RemoteStatus;
import io.tracemalloc.statistic.SizeFormat;
import java.util.List;
import java.util.Optional;

/** Makes what {@code top} shows out of what it knows. */
final class TopModels {

    private TopModels() {}

    /**
     * What to show.
     *
     * @param sample empty before the first has come
     * @param trouble why there is nothing newer; empty if all is well
     */
    static TopModel of(String target, Optional<TopSample> sample, String trouble, TopState state) {
        if (sample.isEmpty()) {
            return new TopModel(
                    target,
                    target,
                    trouble.isEmpty() ? "waiting for the first snapshot" : "",
                    List.of(),
                    0,
                    trouble,
                    state);
        }
        TopSample known = sample.get();
        List<TopRow> all = known.rows(state.groupBy(), state.traceFilter());
        List<TopRow> shown =
                all.stream().filter(state::shows).sorted(state.sort().order()).toList();
        return new TopModel(target, title(target, known.status()), totals(known), shown, all.size(), trouble, state);
    }

    private static String title(String target, RemoteStatus status) {
        StringBuilder title = new StringBuilder(target);
        if (!status.program().isEmpty()) {
            title.append("  ").append(status.program());
        }
        if (!status.jvm().isEmpty()) {
            title.append("  ").append(status.jvm());
        }
        return title.append("  up ").append(Spans.words(status.uptime())).toString();
    }

    private static String totals(TopSample sample) {
        Snapshot now = sample.now();
        StringBuilder totals = new StringBuilder();
        if (now.has(Metric.ALLOCATED)) {
            totals.append(allocated(sample));
        }
        if (sample.hasLive()) {
            totals.append(totals.isEmpty() ? "" : "   ")
                    .append("live ")
                    .append(SizeFormat.format(now.totalBytes(Metric.LIVE)))
                    .append(" in ")
                    .append(Messages.counted(now.totalCount(Metric.LIVE), "block"))
                    .append(now.exactness(Metric.LIVE) == Exactness.EXACT ? "" : " (estimated)");
        }
        totals.append("   tracer ").append(SizeFormat.format(sample.status().overheadBytes()));
        if (sample.status().dropped() > 0) {
            totals.append("   dropped ").append(Messages.number(sample.status().dropped()));
        }
        return totals.toString();
    }

    private static String allocated(TopSample sample) {
        Snapshot now = sample.now();
        Snapshot before = sample.before();
        double seconds = sample.span().toNanos() / 1e9;
        if (before == null || seconds <= 0) {
            return "allocated " + SizeFormat.format(now.totalBytes(Metric.ALLOCATED)) + " so far";
        }
        double bytes = Math.max(0, now.totalBytes(Metric.ALLOCATED) - before.totalBytes(Metric.ALLOCATED));
        double blocks = Math.max(0, now.totalCount(Metric.ALLOCATED) - before.totalCount(Metric.ALLOCATED));
        return "allocates " + TopScreen.size(bytes / seconds) + "/s, " + TopScreen.rate(blocks / seconds) + " blocks/s"
                + (now.exactness(Metric.ALLOCATED) == Exactness.ESTIMATED ? " (estimated)" : "");
    }
}
