package io.tracemalloc.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracemalloc.Domain;
import io.tracemalloc.it.Expectations.Allocated;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Counts stay exact on many threads, however short they live. */
final class ThreadsIT {

    private static final Subject THREADS = Subject.of("known.Threads");
    private static final long BLOCK_BYTES = Layout.USUAL.object("I");

    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void fourThreadsLoseNothing(int feature) {
        Found found = run(feature, "live=off", "loops", 3_000_001);

        assertThat(found.line(THREADS.lineOf("looped")))
                .isEqualTo(Map.of("known.Threads$Block", new Allocated(12_000_004, 12_000_004 * BLOCK_BYTES)));
        // Lengths 0..15 in turn: 16 bytes once, 24 bytes eight times, 32 bytes seven times; the odd one is empty.
        long perThread = 3_000_000L / 16 * (16 + 8 * 24 + 7 * 32) + 16;
        assertThat(found.line(THREADS.lineOf("looped arrays")))
                .isEqualTo(Map.of("byte[]", new Allocated(12_000_004, 4 * perThread)));
    }

    @ParameterizedTest
    @CsvSource({"17,live=off", "25,live=off", "17,frames=8", "25,frames=8"})
    void tenThousandShortThreadsLoseNothing(int feature, String options) {
        Found found = run(feature, options, "short", 10_000);

        assertThat(found.line(THREADS.lineOf("ten")))
                .isEqualTo(Map.of("known.Threads$Block", new Allocated(100_000, 100_000 * BLOCK_BYTES)));
    }

    @Test
    void virtualThreadsLoseNothing() {
        Found found = run(25, "live=off", "virtual", 20_000);

        assertThat(found.line(THREADS.lineOf("ten with pauses")))
                .isEqualTo(Map.of("known.Threads$Block", new Allocated(200_000, 200_000 * BLOCK_BYTES)));
        // Each one goes on, maybe on another carrier, before the JDK allocates for it; linking adds a few.
        Map<String, Allocated> concatenated = found.line(THREADS.lineOf("concatenated"));
        assertThat(concatenated.get("java.lang.String").count()).isBetween(20_000L, 20_100L);
        assertThat(concatenated.get("byte[]").count()).isBetween(20_000L, 20_100L);
        // Lengths 0 to 9: 16, 24, 24, 32, 32, 40, 40, 48, 48, 56 bytes.
        assertThat(found.line(THREADS.lineOf("ten arrays")))
                .isEqualTo(Map.of("int[]", new Allocated(200_000, 20_000 * 360L)));
    }

    @Test
    void virtualThreadsCountOnTheFastPath() {
        Forked.Ended ended = new Forked(JavaHome.of(25))
                .traced("frames=1,live=off")
                .main(Subject.of("known.Carriers"))
                .succeed();

        assertThat(ended.out()).isEqualTo("true\ntrue\n");
    }

    @Test
    void nativeMemoryOfVirtualThreadsNeedsNoThreads() {
        Forked.Ended ended = new Forked(JavaHome.of(25))
                .traced("backend=bytebuddy,live=off")
                .main(Subject.of("known.VirtualNative"), 100)
                .succeed();

        // Carriers, and what the JVM starts for itself.
        assertThat(Integer.parseInt(ended.out().strip())).isLessThan(50);
        assertThat(ended.snapshot().traces()).anyMatch(trace -> trace.domain() == Domain.NATIVE_MEMORY);
    }

    @Test
    void virtualThreadsLoseNothingWhileSampled() {
        Found found = run(25, "frames=16,interval=4k", "virtual", 20_000);

        assertThat(found.line(THREADS.lineOf("ten with pauses")))
                .isEqualTo(Map.of("known.Threads$Block", new Allocated(200_000, 200_000 * BLOCK_BYTES)));
    }

    private static Found run(int feature, String options, Object... arguments) {
        Forked.Ended ended = new Forked(JavaHome.of(feature))
                .traced(options)
                .main(THREADS, arguments)
                .succeed();
        assertThat(ended.out()).isEqualTo("done\n");
        return new Found(ended.snapshot(), THREADS.fileName());
    }
}
