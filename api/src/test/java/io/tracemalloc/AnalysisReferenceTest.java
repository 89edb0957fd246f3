package io.tracemalloc;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracemalloc.filter.Filter;
import io.tracemalloc.statistic.GroupBy;
import io.tracemalloc.statistic.Statistic;
import io.tracemalloc.statistic.StatisticDiff;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** The passes over columns against the plainest code over lists of traces, on random snapshots. */
class AnalysisReferenceTest {

    private static final int SNAPSHOTS = 30;
    private static final int RECORDS = 200;
    private static final List<String> GROUPINGS =
            List.of("line", "file", "method", "package", "traceback", "class", "thread", "host", "domain");

    private record Sum(long size, long count) {

        Sum plus(Sum other) {
            return new Sum(size + other.size, count + other.count);
        }
    }

    @Test
    void sumsAsTheReferenceDoes() {
        for (int seed = 0; seed < SNAPSHOTS; seed++) {
            Snapshot snapshot = new RandomSnapshots(seed).next(RECORDS);
            for (String name : GROUPINGS) {
                GroupBy groupBy = GroupBy.named(name);
                for (boolean cumulative : cumulative(groupBy)) {
                    for (Metric metric : List.of(Metric.LIVE, Metric.ALLOCATED)) {
                        assertThat(sums(snapshot.statistics(groupBy, cumulative, metric)))
                                .as("%s of snapshot %d, cumulative %s, %s", name, seed, cumulative, metric)
                                .isEqualTo(reference(snapshot, name, cumulative, metric));
                    }
                }
            }
        }
    }

    @Test
    void ordersFromTheBiggestToTheSmallest() {
        for (int seed = 0; seed < SNAPSHOTS; seed++) {
            Snapshot snapshot = new RandomSnapshots(seed).next(RECORDS);
            List<Statistic> statistics = snapshot.statistics(GroupBy.TRACEBACK);
            for (int i = 1; i < statistics.size(); i++) {
                assertThat(atLeast(statistics.get(i - 1), statistics.get(i))).isTrue();
            }
        }
    }

    private static boolean atLeast(Statistic left, Statistic right) {
        if (left.size() != right.size()) {
            return left.size() > right.size();
        }
        if (left.count() != right.count()) {
            return left.count() > right.count();
        }
        return left.traceback().compareTo(right.traceback()) > 0;
    }

    @Test
    void comparesAsTheReferenceDoes() {
        for (int seed = 0; seed < SNAPSHOTS; seed++) {
            Snapshot old = new RandomSnapshots(seed).next(RECORDS);
            Snapshot current = new RandomSnapshots(seed + 1_000).next(RECORDS);
            for (String name : GROUPINGS) {
                Map<String, Sum> before = reference(old, name, false, Metric.LIVE);
                Map<String, Sum> now = reference(current, name, false, Metric.LIVE);
                List<StatisticDiff> differences = current.compareTo(old, GroupBy.named(name), false, Metric.LIVE);

                Set<String> keys = new HashSet<>(before.keySet());
                keys.addAll(now.keySet());
                assertThat(differences).hasSize(keys.size());
                for (StatisticDiff diff : differences) {
                    Sum was = before.getOrDefault(key(diff.traceback(), diff.key()), new Sum(0, 0));
                    Sum is = now.getOrDefault(key(diff.traceback(), diff.key()), new Sum(0, 0));
                    assertThat(diff.size()).isEqualTo(is.size());
                    assertThat(diff.sizeDiff()).isEqualTo(is.size() - was.size());
                    assertThat(diff.count()).isEqualTo(is.count());
                    assertThat(diff.countDiff()).isEqualTo(is.count() - was.count());
                }
            }
        }
    }

    @Test
    void filtersAsTheReferenceDoes() {
        for (int seed = 0; seed < SNAPSHOTS; seed++) {
            Random random = new Random(seed);
            Snapshot snapshot = new RandomSnapshots(seed).next(RECORDS);
            List<Filter> filters = new ArrayList<>();
            for (int i = 0; i < random.nextInt(4); i++) {
                filters.add(filter(random));
            }
            List<Trace> expected = snapshot.traces().stream()
                    .filter(trace -> kept(filters, trace))
                    .toList();

            Snapshot filtered = snapshot.filter(filters);

            assertThat(filtered.traces()).as(filters.toString()).isEqualTo(expected);
            assertThat(filtered.totalBytes(Metric.LIVE))
                    .isEqualTo(expected.stream().mapToLong(Trace::liveBytes).sum());
        }
    }

    @Test
    void attributesAsTheReferenceDoes() {
        for (int seed = 0; seed < SNAPSHOTS; seed++) {
            Snapshot snapshot = new RandomSnapshots(seed).next(RECORDS);
            List<Traceback> expected = snapshot.traces().stream()
                    .map(trace -> attributed(trace.traceback()))
                    .toList();

            assertThat(snapshot.attributeToApplication(List.of("Main")).traces())
                    .extracting(Trace::traceback)
                    .isEqualTo(expected);
        }
    }

    private static Traceback attributed(Traceback traceback) {
        for (int i = 0; i < traceback.frames().size(); i++) {
            if (traceback.frames().get(i).className().startsWith("com.acme.")) {
                List<Frame> rest =
                        traceback.frames().subList(i, traceback.frames().size());
                return Traceback.of(rest, traceback.totalFrames() == 0 ? 0 : traceback.totalFrames() - i);
            }
        }
        return traceback;
    }

    private static List<Boolean> cumulative(GroupBy groupBy) {
        return groupBy.supportsCumulative() ? List.of(false, true) : List.of(false);
    }

    private static Map<String, Sum> sums(List<Statistic> statistics) {
        Map<String, Sum> sums = new TreeMap<>();
        for (Statistic each : statistics) {
            Sum before = sums.put(key(each.traceback(), each.key()), new Sum(each.size(), each.count()));
            assertThat(before).isNull();
        }
        return sums;
    }

    private static String key(Traceback traceback, String key) {
        return traceback.frames().isEmpty() ? key : places(traceback.frames());
    }

    private static String places(List<Frame> frames) {
        return String.join(";", frames.stream().map(Frame::toString).toList());
    }

    private static Map<String, Sum> reference(Snapshot snapshot, String name, boolean cumulative, Metric metric) {
        Map<String, Sum> sums = new HashMap<>();
        for (Trace trace : snapshot.traces()) {
            Sum own = metric == Metric.LIVE
                    ? new Sum(trace.liveBytes(), trace.liveCount())
                    : new Sum(trace.allocatedBytes(), trace.allocatedCount());
            List<Frame> frames = trace.traceback().frames().isEmpty()
                    ? List.of(Frame.UNKNOWN)
                    : trace.traceback().frames();
            Set<String> groups = new HashSet<>();
            for (Frame frame : cumulative ? frames : frames.subList(0, 1)) {
                groups.add(group(name, trace, frames, frame));
            }
            groups.forEach(group -> sums.merge(group, own, Sum::plus));
        }
        sums.values().removeIf(sum -> sum.size() == 0 && sum.count() == 0);
        return new TreeMap<>(sums);
    }

    private static String group(String name, Trace trace, List<Frame> frames, Frame frame) {
        return switch (name) {
            case "line" -> frame.fileName() + ':' + frame.lineNumber();
            case "file" -> frame.fileName() + ":0";
            case "method" -> frame.qualifiedMethod();
            case "package" ->
                frame.packageName().isEmpty() && !frame.className().isEmpty() ? "<unnamed>" : frame.packageName();
            case "traceback" -> places(frames);
            case "class" -> trace.className();
            case "thread" -> trace.threadName();
            case "host" -> trace.hostName();
            case "domain" -> Integer.toString(trace.domain());
            default -> throw new AssertionError(name);
        };
    }

    private static Filter filter(Random random) {
        Filter.Builder builder = Filter.builder(random.nextBoolean());
        if (random.nextBoolean()) {
            builder.file(List.of("com/acme/*", "Main.java", "<unknown>").get(random.nextInt(3)));
        }
        if (random.nextInt(3) == 0) {
            builder.line(random.nextInt(4));
        }
        if (random.nextInt(3) == 0) {
            builder.domain(random.nextInt(3));
        }
        if (random.nextInt(3) == 0) {
            builder.className("*a*");
        }
        if (random.nextInt(3) == 0) {
            builder.thread("*-1");
        }
        if (random.nextInt(3) == 0) {
            builder.host("web-?");
        }
        if (random.nextInt(3) == 0) {
            builder.method("run");
        }
        if (random.nextInt(4) == 0) {
            builder.where("short", group -> group.traceback().frames().size() < 3);
        }
        return random.nextBoolean() ? builder.allFrames().build() : builder.build();
    }

    private static boolean kept(List<Filter> filters, Trace trace) {
        boolean anyInclude = filters.stream().anyMatch(Filter::inclusive);
        boolean included = filters.stream().anyMatch(each -> each.inclusive() && matches(each, trace));
        boolean excluded = filters.stream().anyMatch(each -> !each.inclusive() && matches(each, trace));
        return (included || !anyInclude) && !excluded;
    }

    private static boolean matches(Filter filter, Trace trace) {
        List<Frame> frames = trace.traceback().frames().isEmpty()
                ? List.of(Frame.UNKNOWN)
                : trace.traceback().frames();
        Predicate<Frame> fits = frame -> frameFits(filter, frame);
        boolean frameFits = filter.allFrames() ? frames.stream().anyMatch(fits) : fits.test(frames.get(0));
        return frameFits
                && (filter.domain().isEmpty() || filter.domain().getAsInt() == trace.domain())
                && (filter.classGlob().isEmpty() || trace.className().contains("a"))
                && (filter.threadGlob().isEmpty() || trace.threadName().endsWith("-1"))
                && (filter.hostGlob().isEmpty() || trace.hostName().equals("web-1"))
                && (filter.conditions().isEmpty() || trace.traceback().frames().size() < 3);
    }

    private static boolean frameFits(Filter filter, Frame frame) {
        boolean file = filter.fileGlob()
                .map(glob -> glob.equals("com/acme/*")
                        ? frame.fileName().startsWith("com/acme/")
                        : frame.fileName().equals(glob))
                .orElse(true);
        return file
                && (filter.line().isEmpty() || filter.line().getAsInt() == frame.lineNumber())
                && (filter.methodGlob().isEmpty() || frame.methodName().equals("run"));
    }
}
