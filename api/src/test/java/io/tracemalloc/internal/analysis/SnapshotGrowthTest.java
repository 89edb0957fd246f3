package io.tracemalloc.internal.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracemalloc.Exactness;
import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.SnapshotInfo;
import io.tracemalloc.spi.AllocationSink;
import io.tracemalloc.spi.SnapshotBuilder;
import io.tracemalloc.statistic.GroupBy;
import io.tracemalloc.statistic.Statistic;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SnapshotGrowthTest {

    /** Records of one class at lines of one file, each with a caller. */
    private static final class Recorded {
        private final SnapshotBuilder builder = new SnapshotBuilder();
        private final int seconds;
        private int begin;

        Recorded(int seconds, Exactness exactness) {
            this.seconds = seconds;
            builder.recorded(Metric.ALLOCATED, exactness);
            builder.recorded(Metric.LIVE, exactness);
        }

        Recorded add(int line, int caller, long allocated, long live) {
            int site = builder.frame("com.acme.Foo", "bar", "com/acme/Foo.java", line);
            int from = builder.frame("com.acme.Main", "main", "com/acme/Main.java", caller);
            int traceback = builder.traceback(new int[] {site, from}, 2, 2);
            int record = builder.record(traceback, builder.type("byte[]"), 0, AllocationSink.NO_THREAD, 24);
            builder.add(record, Metric.ALLOCATED, allocated, allocated * 24);
            builder.add(record, Metric.LIVE, live, live * 24);
            return this;
        }

        /** The session was started or cleared so late. */
        Recorded begun(int second) {
            begin = second;
            return this;
        }

        Snapshot taken() {
            builder.dropped(seconds);
            builder.attribute("jvm", "VM");
            builder.attribute("unattributed_bytes", "9");
            builder.attribute("sampled_at_uncounted_sites_bytes", "8");
            builder.attribute("allocated_bytes_standard_error", "7");
            builder.attribute("live_bytes_standard_error", "6");
            Duration duration = Duration.ofSeconds(seconds);
            return builder.snapshot(new SnapshotInfo(
                    Instant.EPOCH.plusSeconds(begin).plus(duration), duration, 5, 1, Metric.ALLOCATED));
        }
    }

    private static Recorded exact(int seconds) {
        return new Recorded(seconds, Exactness.EXACT);
    }

    private static Recorded divided(int seconds) {
        return new Recorded(seconds, Exactness.EXACT_BY_SITE);
    }

    private static String[] lines(Snapshot snapshot, Metric metric) {
        return snapshot.statistics(GroupBy.TRACEBACK, false, metric).stream()
                .map(each -> each.traceback().frames().get(0).lineNumber() + " from "
                        + each.traceback().frames().get(1).lineNumber() + ": " + each.count() + ", " + each.size())
                .toArray(String[]::new);
    }

    @Test
    void isWhatWasAllocatedInBetween() {
        Snapshot old = exact(10).add(1, 7, 100, 10).add(2, 7, 50, 0).taken();
        Snapshot recent =
                exact(25).add(2, 7, 50, 0).add(3, 8, 4, 1).add(1, 7, 130, 15).taken();

        Snapshot growth = SnapshotGrowth.between(old, recent);

        assertThat(lines(growth, Metric.ALLOCATED)).containsExactly("1 from 7: 30, 720", "3 from 8: 4, 96");
        assertThat(lines(growth, Metric.LIVE)).containsExactly("1 from 7: 5, 120", "3 from 8: 1, 24");
        assertThat(growth.exactness(Metric.ALLOCATED)).isEqualTo(Exactness.EXACT);
        assertThat(growth.columns().dropped()).isEqualTo(15);
        assertThat(growth.columns().attributes()).containsOnlyKeys("jvm");
        assertThat(growth.info())
                .isEqualTo(new SnapshotInfo(recent.info().time(), Duration.ofSeconds(15), 5, 1, Metric.ALLOCATED));
    }

    @Test
    void isNeverNegative() {
        Snapshot old = exact(10).add(1, 7, 100, 90).add(2, 7, 10, 10).taken();
        Snapshot recent = exact(20).add(1, 7, 101, 3).add(2, 7, 20, 12).taken();

        Snapshot growth = SnapshotGrowth.between(old, recent);

        assertThat(lines(growth, Metric.LIVE)).containsExactly("2 from 7: 2, 48");
        assertThat(growth.totalCount(Metric.FREED)).isEqualTo(9);
    }

    @Test
    void keepsTheSumOfASiteThatWasDividedAnew() {
        Snapshot old = divided(10).add(1, 7, 600, 60).add(1, 8, 400, 40).taken();
        Snapshot recent = divided(20)
                .add(1, 7, 500, 90)
                .add(1, 8, 700, 20)
                .add(1, 9, 100, 0)
                .taken();

        Snapshot growth = SnapshotGrowth.between(old, recent);

        // The site grew by 300, caller 8 by 300 and caller 9 by 100: three quarters and one.
        assertThat(lines(growth, Metric.ALLOCATED)).containsExactly("1 from 8: 225, 5400", "1 from 9: 75, 1800");
        assertThat(lines(growth, Metric.LIVE)).containsExactly("1 from 7: 10, 240");
        assertThat(growth.exactness(Metric.ALLOCATED)).isEqualTo(Exactness.EXACT_BY_SITE);
    }

    @Test
    void addsUpExactlyWhateverTheNumbers() {
        Random random = new Random(1);
        for (int round = 0; round < 200; round++) {
            Recorded old = divided(1);
            Recorded recent = divided(2);
            long before = 0;
            long after = 0;
            for (int caller = 1; caller <= 20; caller++) {
                long one = random.nextLong(1L << (1 + random.nextInt(40)));
                long two = random.nextLong(1L << (1 + random.nextInt(40)));
                old.add(1, caller, one, 0);
                recent.add(1, caller, two, 0);
                before += one;
                after += two;
            }

            Statistic site =
                    SnapshotGrowth.between(old.taken(), recent.taken())
                            .statistics(GroupBy.FILE, false, Metric.ALLOCATED)
                            .stream()
                            .findFirst()
                            .orElse(null);

            assertThat(site == null ? 0 : site.count()).isEqualTo(Math.max(0, after - before));
            assertThat(site == null ? 0 : site.size()).isEqualTo(24 * Math.max(0, after - before));
        }
    }

    @Test
    void isAllThatIsThereAfterAClear() {
        Snapshot old = exact(100).add(1, 7, 100, 90).taken();
        Snapshot recent = exact(5).add(1, 7, 3, 2).taken();

        assertThat(SnapshotGrowth.between(old, recent)).isSameAs(recent);
    }

    @Test
    void isAllThatIsThereOfASessionClearedInBetweenThatLastedLonger() {
        Snapshot old = exact(2).add(1, 7, 100, 90).taken();
        Snapshot recent = exact(29).begun(3).add(1, 7, 103, 92).taken();

        assertThat(SnapshotGrowth.between(old, recent)).isSameAs(recent);
    }

    @Test
    void knowsTheSessionAgainWhereTheClockWasAdjusted() {
        Snapshot old = exact(100).add(1, 7, 100, 90).taken();
        Snapshot recent = exact(130).begun(1).add(1, 7, 103, 92).taken();

        assertThat(lines(SnapshotGrowth.between(old, recent), Metric.ALLOCATED)).containsExactly("1 from 7: 3, 72");
    }

    @Test
    void isNothingWhereNothingHappened() {
        Snapshot snapshot = exact(10).add(1, 7, 100, 90).taken();

        Snapshot growth = SnapshotGrowth.between(snapshot, snapshot);

        assertThat(growth.columns().recordCount()).isZero();
        assertThat(growth.has(Metric.ALLOCATED)).isTrue();
        assertThat(growth.has(Metric.LIVE)).isTrue();
    }
}
