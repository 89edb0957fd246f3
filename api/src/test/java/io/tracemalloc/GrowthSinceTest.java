package io.tracemalloc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import io.tracemalloc.filter.Filter;
import io.tracemalloc.spi.SnapshotBuilder;
import io.tracemalloc.statistic.GroupBy;
import io.tracemalloc.statistic.Growth;
import io.tracemalloc.statistic.Statistic;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GrowthSinceTest {

    private static final long INTERVAL = 524_288;

    private final SnapshotBuilder builder = new SnapshotBuilder();

    @Test
    void ranksByDifferenceOfOldestAndNewest() {
        Snapshot first = live(Exactness.EXACT, 100, 50);
        Snapshot second = live(Exactness.EXACT, 400, 60);
        Snapshot third = live(Exactness.EXACT, 160, 200);

        List<Growth> growths = third.growthSince(List.of(first, second), GroupBy.LINE, false);

        assertThat(growths).extracting(Growth::key).containsExactly("B.java:2", "A.java:1");
        assertThat(growths.get(0).sizes()).containsExactly(800L, 960L, 3200L);
        assertThat(growths.get(0).counts()).containsExactly(50L, 60L, 200L);
        assertThat(growths.get(0).sizeDiff()).isEqualTo(2400);
        assertThat(growths.get(0).countDiff()).isEqualTo(150);
        assertThat(growths.get(0).standardError()).isZero();
        assertThat(growths).allMatch(Growth::grew);
    }

    @Test
    void ranksOneSnapshotByWhatItHolds() {
        List<Growth> growths = live(Exactness.EXACT, 100, 200).growthSince(List.of(), GroupBy.LINE, false);

        assertThat(growths).extracting(Growth::sizeDiff).containsExactly(3200L, 1600L);
    }

    /** With every block sampled, one in 32 of them followed: p = 1/32. */
    @Test
    void thinnedLiveSetsScatterAsWell() {
        SnapshotBuilder thinned = new SnapshotBuilder();
        int record = thinned.record(
                thinned.traceback(new int[] {thinned.frame("A", "a", "A.java", 1)}, 1, 1), thinned.type("T"), 0, 0, 64);
        thinned.add(record, Metric.LIVE, 25_600, 25_600 * 64);
        thinned.recorded(Metric.LIVE, Exactness.ESTIMATED);
        thinned.attribute("live_thinning", "32");
        thinned.attribute("live_interval_bytes", "1");
        Snapshot snapshot =
                thinned.snapshot(new SnapshotInfo(Instant.EPOCH, Duration.ofSeconds(1), 1, INTERVAL, Metric.LIVE));

        Growth growth = snapshot.growthSince(List.of(), GroupBy.LINE, false).get(0);

        // sqrt(25,600 * 64 * 64 * 31)
        assertThat(growth.standardError()).isCloseTo(57_014, within(60.0));
        assertThat(snapshot.standardErrorBytes(Metric.LIVE)).isCloseTo(57_014, within(1.0));
    }

    @Test
    void tellsGrowthFromNoise() {
        // 16 bytes: p = 1/32768.5; n blocks scatter by sqrt(n * 16 * 16 * 32767.5), 100,000 of them by 915,909 bytes.
        Snapshot first = live(Exactness.ESTIMATED, 100_000, 0);
        Snapshot little = live(Exactness.ESTIMATED, 200_000, 0);
        Snapshot much = live(Exactness.ESTIMATED, 1_000_000, 0);

        Growth noise = little.growthSince(List.of(first), GroupBy.LINE, false).get(0);
        Growth leak = much.growthSince(List.of(first), GroupBy.LINE, false).get(0);

        assertThat(noise.standardError()).isCloseTo(Math.sqrt(3) * 915_909, within(1000.0));
        assertThat(noise.sizeDiff()).isEqualTo(1_600_000);
        assertThat(noise.significant()).isFalse();
        assertThat(leak.sizeDiff()).isEqualTo(14_400_000);
        assertThat(leak.standardError()).isCloseTo(Math.sqrt(11) * 915_909, within(1000.0));
        assertThat(leak.grew()).isTrue();
    }

    @Test
    void takesTheLargestErrorWhereBlocksWereNotCounted() {
        Snapshot first = bytesAlone(1_000_000);
        Snapshot second = bytesAlone(2_000_000);

        Growth noise = second.growthSince(List.of(first), GroupBy.LINE, false).get(0);

        assertThat(noise.standardError()).isCloseTo(Math.sqrt(3_000_000.0 * INTERVAL), within(1.0));
        assertThat(noise.significant()).isFalse();
        assertThat(first.standardErrorBytes(Metric.LIVE)).isCloseTo(Math.sqrt(1_000_000.0 * INTERVAL), within(1.0));
    }

    private static Snapshot bytesAlone(long bytes) {
        SnapshotBuilder profile = new SnapshotBuilder();
        profile.recorded(Metric.LIVE, Exactness.ESTIMATED);
        int record = profile.record(profile.traceback(new int[0], 0, 0), profile.type("A"), 0, 0, 0);
        profile.add(record, Metric.LIVE, 0, bytes);
        return profile.snapshot(new SnapshotInfo(Instant.EPOCH, Duration.ZERO, 1, INTERVAL, Metric.LIVE));
    }

    @Test
    void takesSumsBySiteForCounted() {
        Snapshot first = live(Exactness.EXACT_BY_SITE, 100, 0);
        Snapshot second = live(Exactness.EXACT_BY_SITE, 101, 0);

        assertThat(second.growthSince(List.of(first), GroupBy.LINE, false)
                        .get(0)
                        .grew())
                .isTrue();
        assertThat(second.growthSince(List.of(first), GroupBy.TRACEBACK, false)
                        .get(0)
                        .grew())
                .isFalse();
    }

    /** The error that is stated is the error that there is: estimates of a known sum, of many draws. */
    @Test
    void standardErrorIsThatOfSampledSums() {
        Random random = new Random(20);
        long[] sizes = {16, 4096, 100_000, 1_000_000};
        int draws = 400;
        double truth = 0;
        for (long size : sizes) {
            truth += 500 * size;
        }
        int within95 = 0;
        double squares = 0;
        double variances = 0;
        for (int draw = 0; draw < draws; draw++) {
            Snapshot sampled = sampled(random, sizes);
            double error = sampled.totalBytes(Metric.LIVE) - truth;
            double standardError = sampled.standardErrorBytes(Metric.LIVE);
            squares += error * error;
            variances += standardError * standardError;
            within95 += Math.abs(error) <= 1.96 * standardError ? 1 : 0;
        }

        assertThat(variances / squares).isBetween(0.8, 1.25);
        assertThat(within95).isBetween(draws * 90 / 100, draws * 98 / 100);
    }

    private static Snapshot sampled(Random random, long[] sizes) {
        SnapshotBuilder target = new SnapshotBuilder();
        int traceback = target.traceback(new int[0], 0, 0);
        for (long size : sizes) {
            double p = -Math.expm1(-(double) size / INTERVAL);
            int samples = 0;
            for (int block = 0; block < 500; block++) {
                samples += random.nextDouble() < p ? 1 : 0;
            }
            int record = target.newRecord(traceback, 0, 0, 0, size);
            target.add(record, Metric.LIVE, Math.round(samples / p), Math.round(samples / p * size));
        }
        target.recorded(Metric.LIVE, Exactness.ESTIMATED);
        return target.snapshot(new SnapshotInfo(Instant.EPOCH, Duration.ZERO, 1, INTERVAL, Metric.LIVE));
    }

    @Test
    void keepsSurvivorsOnly() {
        int record = record("A.java", 1);
        builder.add(record, Metric.LIVE, 10, 160);
        builder.add(record, Metric.ALLOCATED, 100, 1600);
        builder.addAged(record, 0, 4, 64);
        builder.addAged(record, 1, 3, 48);
        builder.addAged(record, 3, 2, 32);
        Snapshot snapshot = builder.snapshot(SnapshotFixture.info());

        assertThat(snapshot.survivors(0).totalCount(Metric.LIVE)).isEqualTo(9);
        assertThat(snapshot.survivors(1).totalCount(Metric.LIVE)).isEqualTo(5);
        assertThat(snapshot.survivors(2).totalCount(Metric.LIVE)).isEqualTo(2);
        assertThat(snapshot.survivors(4).totalBytes(Metric.LIVE)).isEqualTo(32);
        assertThat(snapshot.survivors(5).totalBytes(Metric.LIVE)).isZero();
        assertThat(snapshot.survivors(Long.MAX_VALUE).totalBytes(Metric.LIVE)).isZero();
        assertThat(snapshot.survivors(1).metrics()).containsExactly(Metric.LIVE);
        assertThat(snapshot.survivors(1).survivors(4).totalBytes(Metric.LIVE)).isEqualTo(32);
        assertThat(snapshot.survivors(1).filter(Filter.include("A.java")).totalCount(Metric.LIVE))
                .isEqualTo(5);
    }

    /** No collection tells their age, for none frees them. */
    @Test
    void keepsBlocksOutsideTheHeapAmongSurvivors() {
        int traceback = builder.traceback(new int[0], 0, 0);
        int heap = builder.newRecord(traceback, 0, Domain.JAVA_HEAP, 0, 16);
        builder.add(heap, Metric.LIVE, 10, 160);
        builder.addAged(heap, 1, 1, 16);
        builder.add(builder.newRecord(traceback, 0, Domain.NATIVE_MEMORY, 0, 100), Metric.LIVE, 3, 300);
        builder.add(builder.newRecord(traceback, 0, 16, 0, 100), Metric.LIVE, 5, 500);
        Snapshot snapshot = builder.snapshot(SnapshotFixture.info());

        assertThat(snapshot.survivors(1).statistics(GroupBy.DOMAIN, false, Metric.LIVE))
                .extracting(Statistic::key, Statistic::size)
                .containsExactly(tuple("16", 500L), tuple("1", 300L), tuple("0", 16L));
        assertThat(snapshot.survivors(1).survivors(4).totalBytes(Metric.LIVE)).isEqualTo(800);
    }

    @Test
    void tellsWhenSurvivorsHadBeenAllocated() {
        builder.attribute("collection_times", "2026-11-24T12:00:09Z 2026-11-24T12:00:07Z 2026-11-24T12:00:01Z");
        Snapshot snapshot = builder.snapshot(SnapshotFixture.info());

        assertThat(snapshot.allocatedBefore(0)).isEmpty();
        assertThat(snapshot.allocatedBefore(1)).contains(Instant.parse("2026-11-24T12:00:09Z"));
        assertThat(snapshot.allocatedBefore(2)).contains(Instant.parse("2026-11-24T12:00:07Z"));
        assertThat(snapshot.allocatedBefore(3)).contains(Instant.parse("2026-11-24T12:00:01Z"));
        assertThat(snapshot.allocatedBefore(4)).contains(Instant.parse("2026-11-24T12:00:01Z"));
        assertThat(snapshot.allocatedBefore(5)).isEmpty();
        assertThat(snapshot.allocatedBefore(Long.MAX_VALUE)).isEmpty();
        assertThat(snapshot.filter(Filter.include("A.java")).allocatedBefore(1)).isPresent();
        assertThatIllegalArgumentException().isThrownBy(() -> snapshot.allocatedBefore(-1));
    }

    @Test
    void doesNotTrustTimesThatAreNone() {
        builder.attribute("collection_times", "yesterday  ");

        assertThat(builder.snapshot(SnapshotFixture.info()).allocatedBefore(1)).isEmpty();
        assertThat(live(Exactness.EXACT, 1, 1).allocatedBefore(1)).isEmpty();
    }

    @Test
    void refusesSnapshotsThatCannotTell() {
        Snapshot without = live(Exactness.EXACT, 1, 1);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> without.survivors(1))
                .withMessage("the snapshot has no ages of live blocks");
        assertThat(without.hasAges()).isFalse();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> without.growthSince(List.of(), GroupBy.CLASS, true))
                .withMessage("cumulative works with line, file, method and package, not with class");
        Snapshot allocated = SnapshotFixture.allocatedOnly(SnapshotFixture.block(8, SnapshotFixture.at("A.java", 1)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> without.growthSince(List.of(allocated), GroupBy.LINE, false))
                .withMessage("the old snapshot has no values for live, only for allocated");
    }

    private int record(String file, int line) {
        return record(builder, file, line);
    }

    private static int record(SnapshotBuilder target, String file, int line) {
        int traceback = target.traceback(new int[] {target.frame("A", "a", file, line)}, 1, 1);
        return target.record(traceback, 0, 0, 0, 16);
    }

    /** So many blocks of 16 bytes at A.java:1 and at B.java:2. */
    private static Snapshot live(Exactness exactness, long a, long b) {
        SnapshotBuilder target = new SnapshotBuilder();
        target.recorded(Metric.LIVE, exactness);
        target.add(record(target, "A.java", 1), Metric.LIVE, a, 16 * a);
        target.add(record(target, "B.java", 2), Metric.LIVE, b, 16 * b);
        return target.snapshot(new SnapshotInfo(Instant.EPOCH, Duration.ZERO, 1, INTERVAL, Metric.LIVE));
    }
}
