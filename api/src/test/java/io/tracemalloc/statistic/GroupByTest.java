package io.tracemalloc.statistic;

import static io.tracemalloc.SnapshotFixture.at;
import static io.tracemalloc.SnapshotFixture.block;
import static io.tracemalloc.SnapshotFixture.live;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.tracemalloc.PlugIns;
import io.tracemalloc.Snapshot;
import io.tracemalloc.Trace;
import io.tracemalloc.filter.Filter;
import io.tracemalloc.spi.AllocationGroup;
import io.tracemalloc.spi.ByDepth;
import io.tracemalloc.spi.FilterProvider;
import io.tracemalloc.spi.GroupingProvider;
import io.tracemalloc.spi.ProviderUnavailableException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GroupByTest {

    @TempDir
    private Path directory;

    @Test
    void knowsTheBuiltInNames() {
        assertThat(GroupBy.names())
                .containsExactly("line", "file", "traceback", "class", "method", "package", "thread", "host", "domain");
        assertThat(GroupBy.named("line")).isSameAs(GroupBy.LINE);
        assertThat(GroupBy.named("domain")).isSameAs(GroupBy.DOMAIN);
        assertThat(GroupBy.named("method").supportsCumulative()).isTrue();
        assertThat(GroupBy.named("traceback").supportsCumulative()).isFalse();
    }

    /** Cannot be created. */
    public static final class Broken implements GroupingProvider {
        /** Fails. */
        public Broken() {
            throw new IllegalStateException("no luck");
        }

        @Override
        public String name() {
            return "kind";
        }

        @Override
        public String keyOf(AllocationGroup allocations) {
            return "";
        }
    }

    @Test
    void saysWhichPlugInsItCannotAsk() throws IOException {
        try (PlugIns plugIns = new PlugIns(directory)) {
            plugIns.register(GroupingProvider.class, Broken.class);

            assertThatIllegalArgumentException()
                    .isThrownBy(() -> GroupBy.named("kind"))
                    .withMessage("grouping must be one of line, file, traceback, class, method, package, thread, host,"
                            + " domain, got kind (" + Broken.class.getName() + ": it failed: no luck)");
        }
    }

    @Test
    void listsTheNamesWhenItKnowsNone() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GroupBy.named("lineno"))
                .withMessage(
                        "grouping must be one of line, file, traceback, class, method, package, thread, host, domain,"
                                + " got lineno");
    }

    @Test
    void findsAPlugInByItsName() throws IOException {
        try (PlugIns plugIns = new PlugIns(directory)) {
            plugIns.register(GroupingProvider.class, ByDepth.Grouping.class);
            Snapshot snapshot = live(
                    block(10, at("A.java", 1), at("B.java", 2)),
                    block(20, at("C.java", 1), at("B.java", 2)).times(2),
                    block(1, at("D.java", 1)));

            GroupBy groupBy = GroupBy.named("depth");

            assertThat(GroupBy.names()).endsWith("domain", "depth");
            assertThat(groupBy.supportsCumulative()).isFalse();
            assertThat(snapshot.statistics(groupBy))
                    .extracting(Statistic::toString)
                    .containsExactly("2: size=50 B, count=3, average=17 B", "1: size=1 B, count=1, average=1 B");
            assertThat(live(block(1, at("D.java", 1))).compareTo(snapshot, groupBy))
                    .extracting(StatisticDiff::toString)
                    .containsExactly(
                            "2: size=0 B (-50 B), count=0 (-3)", "1: size=1 B (+0 B), count=1 (+0), average=1 B");
        }
    }

    @Test
    void refusesToChooseAmongPlugInsOfOneName() throws IOException {
        try (PlugIns plugIns = new PlugIns(directory)) {
            plugIns.register(GroupingProvider.class, ByDepth.Grouping.class, ByDepth.SameName.class);

            assertThatExceptionOfType(ProviderUnavailableException.class)
                    .isThrownBy(() -> GroupBy.named("depth"))
                    .withMessageStartingWith("more than one grouping is named depth");
        }
    }

    @Test
    void findsTheFilterOfAPlugInByItsKey() throws IOException {
        try (PlugIns plugIns = new PlugIns(directory)) {
            plugIns.register(FilterProvider.class, ByDepth.Filter.class);
            Snapshot snapshot = live(block(10, at("A.java", 1), at("B.java", 2)), block(1, at("D.java", 1)));

            Filter filter = Filter.parse(true, "min-depth=2,domain=0");

            assertThat(filter).hasToString("include domain=0,min-depth=2");
            assertThat(snapshot.filter(filter).traces()).extracting(Trace::size).containsExactly(10L);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Filter.parse(true, "min-depth=x"))
                    .withMessage("min-depth must be a number, got x");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Filter.parse(true, "deep=1"))
                    .withMessage("filter key must be one of file, line, class, method, thread, host, domain, min-depth"
                            + " or the flag all-frames, got deep");
        }
    }

    @Test
    void asksAPlugInAboutEachGroupOnce() {
        List<AllocationGroup> asked = new ArrayList<>();
        GroupBy groupBy = GroupBy.of(new GroupingProvider() {
            @Override
            public String name() {
                return "asked";
            }

            @Override
            public String keyOf(AllocationGroup allocations) {
                asked.add(allocations);
                return "all";
            }
        });

        live(block(10, at("A.java", 1)), block(20, at("A.java", 1)), block(8, at("B.java", 1)))
                .statistics(groupBy);

        assertThat(asked).hasSize(2);
    }

    @Test
    void endsTheStatisticWhenAPlugInGivesNoKey() {
        GroupBy groupBy = GroupBy.of(new GroupingProvider() {
            @Override
            public String name() {
                return "keyless";
            }

            @Override
            public String keyOf(AllocationGroup allocations) {
                return null;
            }
        });

        assertThatNullPointerException()
                .isThrownBy(() -> live(block(10)).statistics(groupBy))
                .withMessage("grouping keyless gave no key");
    }
}
