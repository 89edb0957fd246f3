package io.tracemalloc;

import static io.tracemalloc.SnapshotFixture.at;
import static io.tracemalloc.SnapshotFixture.block;
import static io.tracemalloc.SnapshotFixture.live;
import static org.assertj.core.api.Assertions.assertThat;

import io.tracemalloc.filter.Filter;
import io.tracemalloc.statistic.GroupBy;
import io.tracemalloc.statistic.SizeFormat;
import io.tracemalloc.statistic.Statistic;
import io.tracemalloc.statistic.StatisticDiff;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The worked examples of the documentation of Python's tracemalloc, as far as they concern what follows a snapshot. */
class PythonDocumentationTest {

    private static final Frame LOADER = at("jdk/internal/loader/Loader.java", 487);
    private static final Frame ABC = at("java/util/Abc.java", 133);
    private static final Frame TRACER = at("io/tracemalloc/Tracer.java", 43);
    private static final Frame UNKNOWN = Frame.UNKNOWN;

    @Test
    void displaysTheTopTen() {
        Snapshot snapshot = live(
                block(5_210_112, LOADER),
                block(1, LOADER).times(39_367),
                block(244, at("u/C.java", 71)).times(2_500));

        List<String> top = snapshot.statistics(GroupBy.LINE).stream()
                .limit(10)
                .map(Statistic::toString)
                .toList();

        assertThat(top)
                .containsExactly(
                        "jdk/internal/loader/Loader.java:487: size=5126 KiB, count=39368, average=133 B",
                        "u/C.java:71: size=596 KiB, count=2500, average=244 B");
    }

    @Test
    void computesDifferences() {
        Snapshot first = live(
                block(8_173_568, LOADER),
                block(10, at("java/util/Line.java", 127)).times(500));
        Snapshot second = live(
                block(8_173_568, LOADER),
                block(3_250_585, LOADER),
                block(44, at("unittest/Case.java", 571)).times(14_998),
                block(10, at("java/util/Line.java", 127)).times(400));

        assertThat(second.compareTo(first, GroupBy.LINE))
                .extracting(StatisticDiff::toString)
                .containsExactly(
                        "jdk/internal/loader/Loader.java:487: size=10.9 MiB (+3174 KiB), count=2 (+1), average=5578 KiB",
                        "unittest/Case.java:571: size=644 KiB (+644 KiB), count=14998 (+14998), average=44 B",
                        "java/util/Line.java:127: size=4000 B (-1000 B), count=400 (-100), average=10 B");
    }

    @Test
    void getsTheTracebackOfTheBiggestBlock(@TempDir Path sources) throws IOException {
        Path file = sources.resolve("com/acme/Main.java");
        Files.createDirectories(file.getParent());
        Files.writeString(file, "class Main {\n    void run() {\n        load();\n    }\n}\n");
        Frame main = new Frame("com.acme.Main", "run", "com/acme/Main.java", 3);
        Frame define = new Frame("jdk.internal.Loader", "define", "jdk/internal/Loader.java", 81);
        Snapshot snapshot = live(block(870, define, main).times(903), block(9, main));

        Statistic biggest = snapshot.statistics(GroupBy.TRACEBACK).get(0);

        assertThat(biggest.count() + " memory blocks: "
                        + String.format(Locale.ROOT, "%.1f KiB", biggest.size() / 1024.0))
                .isEqualTo("903 memory blocks: 767.2 KiB");
        assertThat(biggest.traceback().format(0, true, new SourcePath(List.of(sources))))
                .containsExactly(
                        "  at jdk.internal.Loader.define(Loader.java:81)",
                        "  at com.acme.Main.run(Main.java:3)",
                        "      load();");
        assertThat(biggest.traceback().format(1, false, frame -> Optional.empty()))
                .containsExactly("  at jdk.internal.Loader.define(Loader.java:81)");
        assertThat(biggest.traceback().format(-1, true, frame -> Optional.empty()))
                .containsExactly("  at com.acme.Main.run(Main.java:3)");
    }

    @Test
    void prettyPrintsTheTopWithARemainder() {
        Snapshot snapshot = live(
                        block(429_568, at("java/encodings/Base.java", 85)),
                        block(205_312, LOADER),
                        block(100_000, UNKNOWN),
                        block(24_883, ABC),
                        block(21_914, at("java/util/Linecache.java", 137)),
                        block(9_000, at("java/util/Other.java", 1)))
                .filter(Filter.exclude("jdk/internal/loader/*"), Filter.exclude("<unknown>"));

        assertThat(display(snapshot, 3))
                .containsExactly(
                        "Top 3 lines",
                        "#1: java/encodings/Base.java:85: 419.5 KiB",
                        "#2: java/util/Abc.java:133: 24.3 KiB",
                        "#3: java/util/Linecache.java:137: 21.4 KiB",
                        "1 other: 8.8 KiB",
                        "Total allocated size: 474.0 KiB");
    }

    private static List<String> display(Snapshot snapshot, int limit) {
        List<Statistic> top = snapshot.statistics(GroupBy.LINE);
        List<String> lines = new ArrayList<>(List.of("Top " + limit + " lines"));
        for (int i = 0; i < limit; i++) {
            lines.add("#" + (i + 1) + ": " + top.get(i).traceback().site() + ": "
                    + kibibytes(top.get(i).size()));
        }
        List<Statistic> other = top.subList(limit, top.size());
        lines.add(other.size() + " other: "
                + kibibytes(other.stream().mapToLong(Statistic::size).sum()));
        lines.add("Total allocated size: "
                + kibibytes(top.stream().mapToLong(Statistic::size).sum()));
        return lines;
    }

    private static String kibibytes(long size) {
        return String.format(Locale.ROOT, "%.1f KiB", size / 1024.0);
    }

    @Test
    void filtersOutTheTracerItself() {
        Snapshot snapshot = live(block(100, TRACER), block(10, LOADER, ABC), block(1, ABC));

        assertThat(snapshot.filter(Filter.exclude("io/tracemalloc/*")).traces())
                .extracting(Trace::size)
                .containsExactly(10L, 1L);
        assertThat(snapshot.filter(Filter.include("java/util/*")).traces())
                .extracting(Trace::size)
                .containsExactly(1L);
        assertThat(snapshot.filter(Filter.parse(true, "java/util/*,all-frames")).traces())
                .extracting(Trace::size)
                .containsExactly(10L, 1L);
        assertThat(SizeFormat.format(snapshot.totalBytes(Metric.LIVE))).isEqualTo("111 B");
    }
}
