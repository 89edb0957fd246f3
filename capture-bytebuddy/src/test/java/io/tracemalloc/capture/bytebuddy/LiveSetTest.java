package io.tracemalloc.capture.bytebuddy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Following objects until they are reclaimed. */
final class LiveSetTest {

    private static final Samples.Cell CELL = new Samples.Cell(2, Tracebacks.Stack.SITE_ONLY);
    private static final Samples.Cell OTHER = new Samples.Cell(4, Tracebacks.Stack.SITE_ONLY);
    private static final long MEMORY = 64L << 20;

    /** What a test keeps alive; read by nobody but the collector. */
    static volatile List<Object> held = List.of();

    @Test
    void findsByIdentityNotByEquality() {
        LiveSet set = new LiveSet(MEMORY);
        String one = new String("same");
        String other = new String("same");

        set.add(one, CELL, 24, 1);

        assertThat(set.find(one)).isNotNull();
        assertThat(set.find(other)).isNull();
        assertThat(set.currentBytes()).isEqualTo(24);
    }

    @Test
    void letsGoOfReclaimedObjects() throws InterruptedException {
        LiveSet set = new LiveSet(MEMORY);
        held = add(set, 100);
        add(set, 900).clear();

        awaitOverhead(set, 100L * LiveSet.ENTRY_BYTES);
    }

    @Test
    void knowsWhatACollectionTookBeforeTheQueueDoes() {
        LiveSet set = new LiveSet(MEMORY);
        held = add(set, 100);
        add(set, 100_000).clear();

        System.gc();

        // Nobody has looked at the queue, and the JVM may not have filled it yet.
        assertThat(set.currentBytes()).isEqualTo(100 * 16);
        assertThat(set.peakBytes()).isEqualTo(100_100 * 16);
        set.resetPeak();
        assertThat(set.peakBytes()).isEqualTo(100 * 16);
    }

    @Test
    void resetsThePeakToWhatTheLastCollectionLeft() {
        LiveSet set = new LiveSet(MEMORY);
        held = add(set, 100);
        add(set, 1_000).clear();

        System.gc();
        set.resetPeak();

        assertThat(set.peakBytes()).isEqualTo(100 * 16);
    }

    @Test
    void weighsWhatEachObjectStandsFor() {
        LiveSet set = new LiveSet(MEMORY);
        Object one = new Object();
        held = List.of(one);

        set.add(one, CELL, 16, 2.5);

        assertThat(set.currentBytes()).isEqualTo(40);
    }

    @Test
    void thinsBeyondTheLimitAndKeepsTheSumRight() {
        int rounds = 200;
        double sum = 0;
        for (int i = 0; i < rounds; i++) {
            LiveSet set = new LiveSet(1); // The least limit: 1,024 entries.

            held = add(set, 8_192);

            assertThat(set.thinning()).isGreaterThan(1);
            assertThat(set.overheadBytes()).isLessThanOrEqualTo(1_024L * LiveSet.ENTRY_BYTES);
            sum += set.currentBytes();
        }

        // One round has a standard deviation of 3 %, the mean of all one of 0.2 %: six of them.
        assertThat(sum / rounds / (8_192 * 16)).isBetween(0.987, 1.013);
    }

    /** Two lines that allocate in turn. */
    @Test
    void thinsEachLineAlike() {
        LiveSet set = new LiveSet(1); // The least limit: 1,024 entries.
        List<Object> kept = new ArrayList<>();
        for (int i = 0; i < 40_000; i++) {
            Object object = new Object();
            kept.add(object);
            set.add(object, i % 2 == 0 ? CELL : OTHER, 16, 1);
        }
        held = kept;

        double[] weights = new double[2];
        set.forEach(entry -> weights[entry.cell == CELL ? 0 : 1] += entry.weight);

        // 500 entries or so stand for 40,000: one standard deviation is below 7 % of each half. Six of them.
        assertThat(weights[0]).isBetween(12_000.0, 28_000.0);
        assertThat(weights[1]).isBetween(12_000.0, 28_000.0);
    }

    @Test
    void forgetsAllWhenCleared() {
        LiveSet set = new LiveSet(MEMORY);
        List<Object> kept = add(set, 1_000);

        set.clear();

        assertThat(set.currentBytes()).isZero();
        assertThat(set.peakBytes()).isZero();
        assertThat(set.find(kept.get(0))).isNull();
        List<Object> seen = new ArrayList<>();
        set.forEach(entry -> seen.add(entry));
        assertThat(seen).isEmpty();
    }

    private static List<Object> add(LiveSet set, int count) {
        List<Object> added = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Object object = new Object();
            added.add(object);
            set.add(object, CELL, 16, 1);
        }
        return added;
    }

    private static void awaitOverhead(LiveSet set, long bytes) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (set.overheadBytes() != bytes && System.nanoTime() < deadline) {
            System.gc();
            set.expunge();
            Thread.sleep(1);
        }
        assertThat(set.overheadBytes()).isEqualTo(bytes);
    }
}
