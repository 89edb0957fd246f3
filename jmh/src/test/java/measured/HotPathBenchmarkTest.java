package measured;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.infra.Blackhole;

class HotPathBenchmarkTest {

    private static final int OBJECT = 16;

    /** A String of 24 bytes and a byte[] of 24. */
    private static final int SHORT_STRING = 48;

    /** Whatever else the measured calls allocate, class loading and linkage in the warm-up apart. */
    private static final long BESIDES = 2_000;

    private final HotPathBenchmark benchmark = new HotPathBenchmark();
    private final Blackhole blackhole = new Blackhole(
            "Today's password is swordfish. I understand instantiating Blackholes directly is dangerous.");

    @BeforeEach
    void linkOnce() {
        benchmark.concat(blackhole);
    }

    @Test
    void allocatesAnObjectPerCall() {
        assertThat(allocatedBy(benchmark::perCall)).isBetween((long) OBJECT, OBJECT + BESIDES);
        assertThat(benchmark.perCall()).isInstanceOf(HotPathBenchmark.Small.class);
    }

    @Test
    void allocatesAnObjectPerIteration() {
        assertThat(allocatedBy(() -> benchmark.object(blackhole))).isBetween(2400L * OBJECT, 2400L * OBJECT + BESIDES);
    }

    @Test
    void allocatesFromFourSites() {
        assertThat(allocatedBy(() -> benchmark.fourSites(blackhole)))
                .isBetween(2400L * OBJECT, 2400L * OBJECT + BESIDES);
    }

    @Test
    void allocatesArraysOfAllLengthsUpTo23() {
        // 24 arrays of 16 + 4 n bytes, to the next 8: 16, 24, 24, 32, 32, … 104, 104, 112, less where headers are
        // smaller.
        assertThat(allocatedBy(() -> benchmark.intArray(blackhole))).isBetween(100L * 1400, 100L * 1536 + BESIDES);
    }

    @Test
    void allocatesAStringWithItsBytes() {
        assertThat(allocatedBy(() -> benchmark.string(blackhole)))
                .isBetween(2400L * (SHORT_STRING - 16), 2400L * SHORT_STRING + BESIDES);
    }

    @Test
    void boxesIntegersThatAreNotCached() {
        assertThat(allocatedBy(() -> benchmark.boxing(blackhole))).isBetween(2400L * OBJECT, 2400L * OBJECT + BESIDES);
    }

    @Test
    void concatenatesStrings() {
        assertThat(allocatedBy(() -> benchmark.concat(blackhole)))
                .isBetween(2400L * (SHORT_STRING - 16), 2400L * (SHORT_STRING + 64));
    }

    @Test
    void countsOnTheObjectsThatEscapeAnalysisRemoves() {
        int sum = 0;
        for (int i = 0; i < 2400; i++) {
            sum += i ^ sum;
        }

        assertThat(benchmark.scalarReplaced()).isEqualTo(sum);
    }

    private static long allocatedBy(Runnable work) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long id = Thread.currentThread().getId();
        work.run();
        long before = threads.getThreadAllocatedBytes(id);
        work.run();
        return threads.getThreadAllocatedBytes(id) - before;
    }
}
