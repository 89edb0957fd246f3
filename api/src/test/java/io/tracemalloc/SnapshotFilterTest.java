package io.tracemalloc;

import static io.tracemalloc.SnapshotFixture.at;
import static io.tracemalloc.SnapshotFixture.block;
import static io.tracemalloc.SnapshotFixture.live;
import static io.tracemalloc.SnapshotFixture.snapshot;
import static org.assertj.core.api.Assertions.assertThat;

import io.tracemalloc.filter.Filter;
import io.tracemalloc.spi.SnapshotColumns;
import io.tracemalloc.statistic.GroupBy;
import io.tracemalloc.statistic.Statistic;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Sizes name the traces: 1 = A:2 from B:4, 2 = A:5 from A:2, 4 = B:4 in domain 1, 8 = without frames. */
class SnapshotFilterTest {

    private static final Frame A2 = at("com/acme/A.java", 2);
    private static final Frame A5 = at("com/acme/A.java", 5);
    private static final Frame B4 = at("com/acme/b/B.java", 4);

    private final Snapshot snapshot = live(
            block(1, A2, B4).of("byte[]").by("main"),
            block(2, A5, A2).of("int[]").by("worker-1"),
            block(4, B4).in(1).of("java.lang.String").by("worker-2"),
            block(8));

    private List<Long> kept(Filter... filters) {
        return snapshot.filter(filters).traces().stream().map(Trace::size).toList();
    }

    private static Filter include(String text) {
        return Filter.parse(true, text);
    }

    private static Filter exclude(String text) {
        return Filter.parse(false, text);
    }

    @Test
    void keepsEverythingWithoutFilters() {
        assertThat(kept()).containsExactly(1L, 2L, 4L, 8L);
        assertThat(snapshot.filter()).isNotSameAs(snapshot);
    }

    @Test
    void looksAtTheAllocationSiteOnly() {
        assertThat(kept(Filter.include("com/acme/A.java"))).containsExactly(1L, 2L);
        assertThat(kept(Filter.exclude("com/acme/A.java"))).containsExactly(4L, 8L);
        assertThat(kept(include("file=*/b/*"))).containsExactly(4L);
        assertThat(kept(include("com/acme/*"))).containsExactly(1L, 2L, 4L);
    }

    @Test
    void looksAtAllFramesWhenAsked() {
        assertThat(kept(include("*/B.java,all-frames"))).containsExactly(1L, 4L);
        assertThat(kept(exclude("*/B.java,all-frames"))).containsExactly(2L, 8L);
        assertThat(kept(include("com/acme/A.java,line=2,all-frames"))).containsExactly(1L, 2L);
        assertThat(kept(include("com/acme/A.java,line=4,all-frames"))).isEmpty();
    }

    @Test
    void matchesLines() {
        assertThat(kept(include("com/acme/A.java,line=5"))).containsExactly(2L);
        assertThat(kept(include("line=4"))).containsExactly(4L);
        assertThat(kept(include("line=0"))).containsExactly(8L);
        assertThat(kept(exclude("com/acme/A.java,line=5"))).containsExactly(1L, 4L, 8L);
    }

    @Test
    void matchesDomainsAlone() {
        assertThat(kept(Filter.domain(true, 1))).containsExactly(4L);
        assertThat(kept(Filter.domain(false, 1))).containsExactly(1L, 2L, 8L);
        assertThat(kept(include("domain=1"))).containsExactly(4L);
        assertThat(kept(include("domain=7"))).isEmpty();
    }

    @Test
    void excludesByFileAndDomainOnlyWhatMatchesBoth() {
        assertThat(kept(exclude("com/acme/b/B.java,domain=0"))).containsExactly(1L, 2L, 4L, 8L);
        assertThat(kept(exclude("com/acme/b/B.java,domain=1"))).containsExactly(1L, 2L, 8L);
        assertThat(kept(include("com/acme/*,domain=1"))).containsExactly(4L);
    }

    @Test
    void matchesAnyIncludeAndNoExclude() {
        assertThat(kept(include("line=5"), include("line=4"))).containsExactly(2L, 4L);
        assertThat(kept(include("com/acme/*"), exclude("line=5"), exclude("line=4")))
                .containsExactly(1L);
        assertThat(kept(exclude("line=5"), exclude("line=4"))).containsExactly(1L, 8L);
    }

    @Test
    void matchesClassesMethodsAndThreads() {
        assertThat(kept(include("class=byte[]"))).containsExactly(1L);
        assertThat(kept(include("class=*[[]]"))).containsExactly(1L, 2L);
        assertThat(kept(include("class="))).containsExactly(8L);
        assertThat(kept(include("thread=worker-?"))).containsExactly(2L, 4L);
        assertThat(kept(exclude("thread=worker-[!2]"))).containsExactly(1L, 4L, 8L);
        assertThat(kept(include("method=com.acme.A.*"))).containsExactly(1L, 2L);
        assertThat(kept(include("method=run"))).containsExactly(1L, 2L, 4L);
        assertThat(kept(include("method=*acme*"))).isEmpty();
        assertThat(kept(include("method=com.acme.b.B.run,all-frames"))).containsExactly(1L, 4L);
        assertThat(kept(include("method="))).containsExactly(8L);
    }

    @Test
    void needsOneFrameThatMeetsAllConditions() {
        assertThat(kept(include("com/acme/A.java,method=com.acme.b.*,all-frames")))
                .isEmpty();
        assertThat(kept(include("com/acme/A.java,method=com.acme.A.*,all-frames")))
                .containsExactly(1L, 2L);
    }

    @Test
    void treatsATracebackWithoutFramesAsTheUnknownFrame() {
        assertThat(kept(Filter.include("<unknown>"))).containsExactly(8L);
        assertThat(kept(include("<unknown>,all-frames"))).containsExactly(8L);
        assertThat(kept(Filter.exclude("<unknown>"))).containsExactly(1L, 2L, 4L);
        assertThat(kept(Filter.include(""))).isEmpty();
    }

    @Test
    void asksPredicatesAboutEachGroupOnce() {
        List<String> asked = new ArrayList<>();
        Filter filter = Filter.builder(true)
                .where("thread=main", group -> {
                    asked.add(group.threadName()
                            + ' '
                            + group.className()
                            + ' '
                            + group.traceback()
                            + ' '
                            + group.domain());
                    return group.threadName().equals("main");
                })
                .build();
        Snapshot twice = live(
                block(1, A2).of("byte[]").by("main"),
                block(2, A2).of("byte[]").by("main"),
                block(4, A2).of("byte[]").by("other"));

        assertThat(twice.filter(filter).traces()).extracting(Trace::size).containsExactly(1L, 2L);
        assertThat(asked).containsExactly("main byte[] com/acme/A.java:2 0", "other byte[] com/acme/A.java:2 0");
    }

    @Test
    void leavesTheOriginalAsItIs() {
        Snapshot filtered = snapshot.filter(Filter.include("*/B.java"));

        assertThat(snapshot.traces()).hasSize(4);
        assertThat(filtered.info()).isEqualTo(snapshot.info());
        assertThat(filtered.totalBytes(Metric.LIVE)).isEqualTo(4);
        assertThat(filtered.statistics(GroupBy.LINE))
                .extracting(Statistic::size)
                .containsExactly(4L);
    }

    @Test
    void forgetsTheNamesThatNoTraceNeedsAnyMore() {
        Snapshot filtered = snapshot.filter(Filter.include("*/B.java"));

        assertThat(filtered.columns().frameCount()).isEqualTo(1);
        assertThat(filtered.columns().frameFile(0)).isEqualTo("com/acme/b/B.java");
        assertThat(filtered.columns().tracebackCount()).isEqualTo(1);
        assertThat(filtered.columns().typeCount()).isEqualTo(2);
        assertThat(filtered.columns().threadCount()).isEqualTo(2);
    }

    @Test
    void keepsWhatIsKnownOfTheSession() {
        assertThat(snapshot.filter(Filter.include("nothing")).columns().attributes())
                .isEqualTo(snapshot.columns().attributes());
        assertThat(snapshot.filter(Filter.include("nothing")).metrics()).isEqualTo(snapshot.metrics());
    }

    @Test
    void estimatesOnceAFilterLooksBeyondTheSite() {
        Snapshot bySite = snapshot(Exactness.EXACT_BY_SITE, block(1, A2, B4), block(2, A5));
        Snapshot oneFrame = snapshot(Exactness.EXACT_BY_SITE, block(1, A2), block(2, A5));
        Filter deep = include("*,all-frames");

        assertThat(bySite.filter(Filter.include("*")).exactness(Metric.LIVE)).isEqualTo(Exactness.EXACT_BY_SITE);
        assertThat(bySite.filter(deep).exactness(Metric.LIVE)).isEqualTo(Exactness.ESTIMATED);
        assertThat(bySite.filter(include("domain=0,all-frames")).exactness(Metric.LIVE))
                .isEqualTo(Exactness.EXACT_BY_SITE);
        assertThat(oneFrame.filter(deep).exactness(Metric.LIVE)).isEqualTo(Exactness.EXACT_BY_SITE);
        assertThat(snapshot.filter(deep).exactness(Metric.LIVE)).isEqualTo(Exactness.EXACT);
    }

    @Test
    void keepsAgesWithTheirRecords() {
        for (int seed = 0; seed < 40; seed++) {
            Snapshot whole = new RandomSnapshots(seed).next(200);
            Snapshot included = whole.filter(Filter.include("*A.java"));
            Snapshot excluded = whole.filter(Filter.exclude("*A.java"));

            for (int bucket = 0; bucket < 64; bucket++) {
                assertThat(aged(included, bucket) + aged(excluded, bucket)).isEqualTo(aged(whole, bucket));
            }
            assertThat(included.columns().ageBuckets() > 0)
                    .isEqualTo(whole.columns().ageBuckets() > 0);
            SnapshotContents.assertSame(included.filter(Filter.include("*")), included);
        }
    }

    @Test
    void keepsAgesOnTheOtherSideOfACut() {
        Snapshot whole = new RandomSnapshots(3).next(200);

        Snapshot attributed = whole.attributeToApplication(List.of());

        assertThat(aged(whole, 2)).isPositive();
        for (int bucket = 0; bucket < 64; bucket++) {
            assertThat(aged(attributed, bucket)).isEqualTo(aged(whole, bucket));
        }
    }

    private static long aged(Snapshot snapshot, int bucket) {
        SnapshotColumns columns = snapshot.columns();
        return IntStream.range(0, columns.recordCount())
                .mapToLong(record -> columns.agedBytes(record, bucket))
                .sum();
    }
}
