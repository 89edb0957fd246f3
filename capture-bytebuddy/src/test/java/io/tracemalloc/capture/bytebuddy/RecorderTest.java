package io.tracemalloc.capture.bytebuddy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tracemalloc.capture.bytebuddy.boot.Handler;
import io.tracemalloc.capture.bytebuddy.boot.Recorder;
import io.tracemalloc.capture.bytebuddy.boot.Variant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.SynchronousQueue;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Counters and samples of the recorder, called directly. */
final class RecorderTest {

    private static final int OBJECTS = 900_000;
    private static final int ANY_SITE = 1_001;
    private static final int ANY_ARRAY_SITE = 1_003;
    private static final int ARRAYS = 900_002;
    private static final int HELPER_BYTES = 900_004;
    private static final int HELPER_STRING = 900_006;
    private static final int STRINGS = 900_008;
    private static final long MEMORY = 64L << 20;

    /** An estimate lies outside five standard deviations less than once in a million runs. */
    private static final int SIGMAS = 5;

    @BeforeEach
    void defineRecorder() {
        BootClasses.define(InstrumentationAccess.get());
    }

    @AfterEach
    void stopRecorder() {
        Recorder.stop();
    }

    @Test
    void countsExactlyWithoutSampling() {
        Recorder.start(new Weighing(0), 0, MEMORY, false);

        for (int i = 0; i < 1_000_003; i++) {
            Recorder.hit(OBJECTS);
        }

        assertThat(sums()[OBJECTS]).isEqualTo(1_000_003);
    }

    @Test
    void addsUpSizesOfArrays() {
        Recorder.start(new Weighing(0), 0, MEMORY, false);

        Recorder.bytes(0, ARRAYS);
        Recorder.bytes(1, ARRAYS);
        Recorder.bytes(8, ARRAYS);
        Recorder.bytes(9, ARRAYS);
        Recorder.longs(3, ARRAYS);

        assertThat(sums()[ARRAYS]).isEqualTo(5);
        // 16, 24, 24, 32 and 40 bytes.
        assertThat(sums()[ARRAYS + 1]).isEqualTo(136);
    }

    @Test
    void countsTheSameWithoutCountdowns() {
        Recorder.start(new Weighing(0), 0, MEMORY, false);

        for (int i = 0; i < 1_000_003; i++) {
            Recorder.count(OBJECTS);
        }
        Recorder.countBytes(9, ARRAYS);
        Recorder.countShorts(9, ARRAYS);
        Recorder.countInts(9, ARRAYS);
        Recorder.countLongs(9, ARRAYS);
        Recorder.countReferences(-1, ARRAYS);

        assertThat(sums()[OBJECTS]).isEqualTo(1_000_003);
        assertThat(sums()[ARRAYS]).isEqualTo(4);
        // 32, 40, 56 and 88 bytes.
        assertThat(sums()[ARRAYS + 1]).isEqualTo(216);
    }

    /** Two classes are known to compiled code, others are looked up. */
    @Test
    void countsClassesThatSitesDoNotKnow() throws InterruptedException {
        Weighing handler = new Weighing(0);
        Recorder.start(handler, 0, MEMORY, false);
        Steps another = new Steps();

        handler.variantSlot = OBJECTS;
        countAll(ANY_SITE);
        another.run(() -> countAll(ANY_SITE));
        handler.variantSlot = ARRAYS;
        countArrays(ANY_ARRAY_SITE);
        another.run(() -> countArrays(ANY_ARRAY_SITE));
        another.end();
        // Counted elsewhere.
        handler.variantSlot = 0;
        countAll(ANY_SITE + 1);
        countArrays(ANY_ARRAY_SITE + 1);

        assertThat(sums()[OBJECTS]).isEqualTo(12);
        assertThat(sums()[ARRAYS]).isEqualTo(12);
        // 24, 32, 40, 32, 40 and 24 bytes, twice.
        assertThat(sums()[ARRAYS + 1]).isEqualTo(384);
    }

    private static void countAll(int site) {
        Recorder.countInstance(new Object(), site);
        Recorder.countInstance("", site);
        Recorder.countInstance(1.0, site);
        Recorder.countInstance("", site);
        Recorder.countObject(1.0, site);
        Recorder.countObject(new Object(), site);
        Recorder.countObject(null, site);
        Recorder.countInstance(null, site);
    }

    private static void countArrays(int site) {
        Recorder.countArray(new byte[8], site);
        Recorder.countArray(new int[4], site);
        Recorder.countArray(new long[3], site);
        Recorder.countArray(new int[4], site);
        Recorder.countObject(new long[3], site);
        Recorder.countObject(new byte[8], site);
        Recorder.countArray(null, site);
    }

    @Test
    void countsNothingInARehearsal() {
        Weighing handler = new Weighing(0);
        handler.variantSlot = OBJECTS;
        Recorder.start(handler, 0, MEMORY, false);
        long before = LongStream.of(sums()).sum();

        Recorder.beginQuiet();
        for (int i = 0; i < 100_000; i++) {
            Recorder.rehearse();
        }
        Recorder.endQuiet();

        assertThat(LongStream.of(sums()).sum()).isEqualTo(before);
        assertThat(Recorder.dropped()).isZero();
        Recorder.stop();
        Recorder.start(handler, 0, 0, false);
        Recorder.rehearse();
        assertThat(Recorder.dropped()).as("without room for a page").isZero();
    }

    /** As where old code runs on after its class was transformed for a session of another form. */
    @Test
    void countsOnTheSameSlotsInBothWays() {
        Recorder.start(new Weighing(0), 0, MEMORY, false);

        for (int i = 0; i < 1_000; i++) {
            Recorder.count(OBJECTS);
            Recorder.hit(OBJECTS);
            Recorder.beginQuiet();
            Recorder.count(OBJECTS);
            Recorder.hit(OBJECTS);
            Recorder.endQuiet();
            Recorder.ints(0, ARRAYS);
            Recorder.countInts(0, ARRAYS);
        }

        assertThat(sums()[OBJECTS]).isEqualTo(2_000);
        assertThat(sums()[ARRAYS]).isEqualTo(2_000);
        assertThat(sums()[ARRAYS + 1]).isEqualTo(32_000);
    }

    @Test
    void countsAConcatenationWhereItEnds() {
        Recorder.start(new Weighing(0), 0, MEMORY, false);

        Recorder.concatenating(9, HELPER_BYTES, HELPER_STRING);
        Recorder.concatenated(ARRAYS, OBJECTS);
        Recorder.concatenating(0, HELPER_BYTES, HELPER_STRING);
        Recorder.countConcatenated(STRINGS, OBJECTS);
        // Strings that share another one's bytes.
        Recorder.concatenating(HELPER_STRING);
        Recorder.concatenated(ARRAYS, OBJECTS);
        Recorder.concatenating(HELPER_STRING);
        Recorder.countConcatenated(STRINGS, OBJECTS);

        // 32 and 16 bytes.
        assertThat(counted(OBJECTS, ARRAYS, ARRAYS + 1)).containsExactly(3, 1, 32);
        assertThat(counted(STRINGS, STRINGS + 1)).containsExactly(1, 16);
        assertThat(counted(HELPER_STRING, HELPER_BYTES)).containsExactly(0, 0);
    }

    @Test
    void countsAStringThatWasNotBuiltByToString() {
        Recorder.start(new Weighing(0), 0, MEMORY, false);

        Recorder.building();
        Recorder.countBuilt("9 chars..", STRINGS);
        Recorder.building();
        Recorder.built();
        Recorder.countBuilt("9 chars..", STRINGS);
        Recorder.built("9 chars..", ARRAYS, OBJECTS);

        assertThat(counted(STRINGS, STRINGS + 1)).containsExactly(1, 32);
        assertThat(counted(OBJECTS, ARRAYS, ARRAYS + 1)).containsExactly(1, 1, 32);
    }

    /** A thread that has no counters of its own yet. */
    @Test
    void countsStringsInWhatIsShared() throws InterruptedException {
        Recorder.start(new Weighing(0), 0, MEMORY, false);
        Recorder.count(OBJECTS);
        Steps another = new Steps();

        another.run(() -> {
            Recorder.concatenating(9, HELPER_BYTES, HELPER_STRING);
            Recorder.countConcatenated(STRINGS, OBJECTS);
            Recorder.concatenating(HELPER_STRING);
            Recorder.countConcatenated(STRINGS, OBJECTS);
            Recorder.building();
            Recorder.countBuilt("8 chars.", STRINGS);
        });
        another.end();

        assertThat(counted(OBJECTS)).containsExactly(2);
        // 32 and 24 bytes.
        assertThat(counted(STRINGS, STRINGS + 1)).containsExactly(2, 56);
    }

    /** The hook stands in front: where the bytes have no room, nothing was allocated. */
    @Test
    void leavesOutAConcatenationThatTheHeapCannotHold() {
        Recorder.start(new Weighing(0), 0, MEMORY, false);

        Recorder.concatenating(Integer.MAX_VALUE, HELPER_BYTES, HELPER_STRING);
        Recorder.concatenating(9, HELPER_BYTES, HELPER_STRING);
        Recorder.countConcatenated(STRINGS, OBJECTS);

        assertThat(counted(HELPER_STRING, HELPER_BYTES, OBJECTS)).containsExactly(0, 0, 0);
        assertThat(counted(STRINGS, STRINGS + 1)).containsExactly(1, 32);
    }

    @Test
    void countsWhatNoConcatenationClaimsWhereItIsMade() {
        Recorder.start(new Weighing(0), 0, MEMORY, false);

        Recorder.concatenating(9, HELPER_BYTES, HELPER_STRING);
        Recorder.concatenating(HELPER_STRING);
        Recorder.concatenating(0, HELPER_BYTES, HELPER_STRING);
        Recorder.concatenated(ARRAYS, OBJECTS);
        Recorder.concatenating(1, HELPER_BYTES, HELPER_STRING);
        int outer = Recorder.enter(0);
        // The string of these bytes is another one's to count.
        Recorder.concatenating(8, HELPER_BYTES, HELPER_STRING);
        Recorder.exitWithBytes(outer);

        assertThat(counted(OBJECTS, ARRAYS, ARRAYS + 1)).containsExactly(1, 1, 16);
        // 32, 24 and 24 bytes.
        assertThat(counted(HELPER_STRING, HELPER_BYTES, HELPER_BYTES + 1)).containsExactly(3, 3, 80);
    }

    @Test
    void keepsTheTracersOwnConcatenationsOut() {
        Recorder.start(new Weighing(0), 0, MEMORY, false);

        Recorder.concatenating(9, HELPER_BYTES, HELPER_STRING);
        Recorder.beginQuiet();
        Recorder.concatenating(100, HELPER_BYTES, HELPER_STRING);
        Recorder.endQuiet();
        Recorder.concatenating(0, HELPER_BYTES, HELPER_STRING);
        Recorder.concatenated(ARRAYS, OBJECTS);

        assertThat(counted(OBJECTS, ARRAYS, ARRAYS + 1)).containsExactly(1, 1, 16);
        assertThat(counted(HELPER_STRING, HELPER_BYTES, HELPER_BYTES + 1)).containsExactly(1, 1, 32);
    }

    @Test
    void samplesOfObjectsAreUnbiased() {
        Weighing handler = new Weighing(512);
        Recorder.start(handler, 512, MEMORY, false);
        int blocks = 2_000_000;

        for (int i = 0; i < blocks; i++) {
            Recorder.hit(OBJECTS);
        }

        double p = -Math.expm1(-(double) Weighing.SIZE / 512);
        double sigma = Math.sqrt(blocks * (1 - p) / p);
        assertThat(sums()[OBJECTS]).isEqualTo(blocks);
        assertThat(handler.weight).isCloseTo((double) blocks, within(SIGMAS * sigma));
        // The number of samples is binomial.
        assertThat((double) handler.samples).isCloseTo(blocks * p, within(SIGMAS * Math.sqrt(blocks * p * (1 - p))));
    }

    @Test
    void samplesOfArraysOfManySizesAreUnbiased() {
        Weighing handler = new Weighing(4096);
        Recorder.start(handler, 4096, MEMORY, false);
        int rounds = 100_000;

        for (int i = 0; i < rounds; i++) {
            Recorder.bytes(8, ARRAYS);
            Recorder.bytes(1008, ARRAYS);
            Recorder.bytes(10_000, ARRAYS);
        }

        double variance = 0;
        long bytes = 0;
        for (long size : new long[] {24, 1024, 10_016}) {
            double p = -Math.expm1(-(double) size / 4096);
            variance += rounds * (double) size * size * (1 - p) / p;
            bytes += rounds * size;
        }
        assertThat(sums()[ARRAYS + 1]).isEqualTo(bytes);
        assertThat(handler.weightedBytes).isCloseTo((double) bytes, within(SIGMAS * Math.sqrt(variance)));
    }

    @Test
    void everyBlockIsASampleAtIntervalOne() {
        Weighing handler = new Weighing(1);
        Recorder.start(handler, 1, MEMORY, false);

        for (int i = 0; i < 10_000; i++) {
            Recorder.hit(OBJECTS);
            Recorder.ints(i % 7, ARRAYS);
        }

        assertThat(handler.samples).isEqualTo(20_000);
        assertThat(sums()[OBJECTS]).isEqualTo(10_000);
        assertThat(sums()[ARRAYS]).isEqualTo(10_000);
    }

    @Test
    void aFailingHandlerNeverReachesTheProgramAndLosesNoCount() {
        Recorder.start(new Failing(), 1, MEMORY, false);

        for (int i = 0; i < 1_000; i++) {
            Recorder.hit(OBJECTS);
            Recorder.bytes(100, ARRAYS);
            Recorder.object(new Object(), 200_001);
            Recorder.via(OBJECTS + 1);
            Recorder.nativeAllocated(4096, 16);
            Recorder.nativeFreed(4096);
        }

        assertThat(sums()[OBJECTS]).isEqualTo(1_000);
        assertThat(sums()[ARRAYS]).isEqualTo(1_000);
        assertThat(Recorder.dropped()).isGreaterThanOrEqualTo(5_000);
        assertThat(Recorder.isQuiet()).isFalse();
    }

    @Test
    void recordsNothingWhileQuietAndAllAfterwards() {
        Recorder.start(new Weighing(0), 0, MEMORY, false);

        Recorder.beginQuiet();
        Recorder.beginQuiet();
        Recorder.hit(OBJECTS);
        Recorder.endQuiet();
        Recorder.hit(OBJECTS);
        Recorder.endQuiet();
        Recorder.hit(OBJECTS);

        assertThat(sums()[OBJECTS]).isEqualTo(1);
    }

    /** Slots in chunks that the thread has, in one that it gets while quiet, and in one that it gets afterwards. */
    @Test
    void forgetsWhatIsQuietInEveryChunk() {
        Recorder.start(new Weighing(0), 0, MEMORY, false);
        int[] slots = {1_000, 2_000, 3_000, 4_000};
        Recorder.hit(slots[0]);
        Recorder.hit(slots[1]);

        for (int round = 0; round < 3; round++) {
            Recorder.beginQuiet();
            for (int i = 0; i < 3; i++) {
                for (int slot : slots) {
                    Recorder.hit(slot);
                    Recorder.count(slot);
                    Recorder.bytes(100, slot);
                }
            }
            Recorder.endQuiet();
            Recorder.hit(slots[0]);
            Recorder.count(slots[2]);
            Recorder.bytes(0, slots[3]);
        }

        long[] sums = sums();
        assertThat(sums[slots[0]]).isEqualTo(4);
        assertThat(sums[slots[1]]).isEqualTo(1);
        assertThat(sums[slots[2]]).isEqualTo(3);
        assertThat(sums[slots[3]]).isEqualTo(3);
        assertThat(sums[slots[3] + 1]).isEqualTo(48);
    }

    /** Where they share a place in the tables, the thread that has it ends while the other one is quiet. */
    @Test
    void keepsThreadsApartWhoseIdsCollide() throws InterruptedException {
        Recorder.start(new Weighing(0), 0, MEMORY, false);
        Steps first = new Steps();
        Steps second = Steps.colliding(first);

        first.run(() -> Recorder.hit(OBJECTS));
        second.run(() -> Recorder.hit(OBJECTS));
        first.run(Recorder::beginQuiet);
        second.run(() -> Recorder.hit(OBJECTS));
        first.run(() -> Recorder.hit(OBJECTS));
        first.run(Recorder::endQuiet);
        first.run(() -> Recorder.hit(OBJECTS));
        second.run(Recorder::beginQuiet);
        second.run(() -> Recorder.hit(OBJECTS));
        assertThat(sums()[OBJECTS]).isEqualTo(4);

        first.run(Recorder::threadEnds);
        second.run(() -> Recorder.hit(OBJECTS));
        assertThat(sums()[OBJECTS]).isEqualTo(4);
        second.run(Recorder::endQuiet);
        second.run(() -> Recorder.hit(OBJECTS));

        assertThat(sums()[OBJECTS]).isEqualTo(5);
        first.end();
        second.end();
    }

    /** A class is not measured before it is initialised, which the first block does; this thread has no fast path. */
    @Test
    void countsBlocksOfUnknownSizeOnEveryThread() throws InterruptedException {
        Weighing handler = new Weighing(512);
        handler.size = 0;
        Recorder.start(handler, 512, MEMORY, false);
        Steps first = new Steps();
        Steps second = Steps.colliding(first);

        for (Steps thread : List.of(first, second)) {
            for (int i = 0; i < 10; i++) {
                thread.run(() -> Recorder.hit(OBJECTS));
            }
        }
        assertThat(sums()[OBJECTS]).isEqualTo(20);
        handler.size = Weighing.SIZE;
        for (Steps thread : List.of(first, second)) {
            for (int i = 0; i < 1_000; i++) {
                thread.run(() -> Recorder.hit(OBJECTS));
            }
            thread.end();
        }

        assertThat(sums()[OBJECTS]).isEqualTo(2_020);
    }

    @Test
    void aThreadThatWasQuietAcrossAStopIsCountedAgain() {
        Recorder.start(new Weighing(0), 0, MEMORY, false);
        Recorder.hit(OBJECTS);
        Recorder.beginQuiet();
        Recorder.hit(OBJECTS);
        Recorder.stop();

        Recorder.start(new Weighing(0), 0, MEMORY, false);
        Recorder.hit(OBJECTS);
        Recorder.endQuiet();
        Recorder.hit(OBJECTS);

        assertThat(sums()[OBJECTS]).isEqualTo(2);
    }

    @Test
    void dropsWhatItHasNoMemoryFor() {
        Recorder.start(new Weighing(0), 0, 0, false);

        Recorder.beginQuiet();
        Recorder.hit(OBJECTS);
        Recorder.endQuiet();
        Recorder.hit(OBJECTS);

        assertThat(sums()[OBJECTS]).isZero();
        assertThat(Recorder.dropped()).isPositive();
    }

    @Test
    void forgetsAllWhenStopped() {
        Recorder.start(new Weighing(0), 0, MEMORY, false);
        Recorder.hit(OBJECTS);

        Recorder.stop();
        Recorder.hit(OBJECTS);

        assertThat(sums()[OBJECTS]).isZero();
    }

    @Test
    void threadsWithoutCountersShareSomeUntilTheyGetTheirOwn() throws InterruptedException {
        Recorder.start(new Weighing(0), 0, MEMORY, false);
        Recorder.hit(OBJECTS);
        long before = Recorder.overheadBytes();
        Steps other = new Steps();
        Recorder.threadStarts(other);
        Runnable count = () -> {
            Recorder.count(OBJECTS);
            Recorder.countBytes(9, ARRAYS);
        };

        other.run(count);
        long sharing = Recorder.overheadBytes();
        int met = Recorder.giveChunks();
        long given = Recorder.overheadBytes();
        other.run(count);
        int metAgain = Recorder.giveChunks();
        other.end();

        assertThat(counted(OBJECTS, ARRAYS, ARRAYS + 1)).containsExactly(3, 2, 64);
        // A page of 1 KiB at its start, a chunk later; the slots are neighbours.
        assertThat(sharing - before).isEqualTo(1024);
        assertThat(given - sharing).isEqualTo(32 + 16 * 512);
        assertThat(met).isEqualTo(1);
        assertThat(metAgain).isZero();
    }

    @Test
    void sharedCountersLoseNothingWhileThreadsGetTheirOwn() throws InterruptedException {
        Recorder.start(new Weighing(0), 0, MEMORY, false);
        Recorder.hit(OBJECTS);
        Thread[] threads = new Thread[8];
        for (int i = 0; i < threads.length; i++) {
            threads[i] = new Thread(() -> {
                for (int k = 0; k < 200_000; k++) {
                    Recorder.count(OBJECTS);
                    Recorder.countInts(0, ARRAYS);
                    if (k % 1_000 == 0) {
                        Recorder.beginQuiet();
                        Recorder.count(OBJECTS);
                        Recorder.endQuiet();
                    }
                }
            });
            if (i % 2 == 0) {
                Recorder.threadStarts(threads[i]);
            }
            threads[i].start();
        }

        while (Arrays.stream(threads).anyMatch(Thread::isAlive)) {
            Recorder.giveChunks();
            Recorder.freePagesOfDead();
            for (Thread thread : threads) {
                Recorder.threadStarts(thread);
            }
        }

        assertThat(counted(OBJECTS, ARRAYS, ARRAYS + 1)).containsExactly(1_600_001, 1_600_000, 16 * 1_600_000);
    }

    @Test
    void quietThreadsDoNotCountInWhatIsShared() throws InterruptedException {
        Recorder.start(new Weighing(0), 0, MEMORY, false);
        Recorder.hit(OBJECTS);
        Steps first = new Steps();
        Steps second = Steps.colliding(first);
        Runnable count = () -> {
            Recorder.count(OBJECTS);
            Recorder.countBytes(9, ARRAYS);
        };

        Recorder.threadStarts(first);
        Recorder.threadStarts(second);
        first.run(Recorder::beginQuiet);
        first.run(count);
        assertThat(counted(OBJECTS, ARRAYS)).as("quiet").containsExactly(1, 0);

        second.run(count);
        assertThat(counted(OBJECTS, ARRAYS)).as("of its place").containsExactly(2, 1);

        first.run(Recorder::endQuiet);
        second.run(Recorder::beginQuiet);
        first.run(count);
        second.run(count);
        assertThat(counted(OBJECTS, ARRAYS)).as("the other one quiet").containsExactly(3, 2);

        second.run(Recorder::endQuiet);
        first.run(count);
        second.run(count);
        assertThat(counted(OBJECTS, ARRAYS)).as("none").containsExactly(5, 4);
        first.end();
        second.end();
    }

    @Test
    void quietThreadsDoNotCountInWhatBecomesSharedMeanwhile() throws InterruptedException {
        Recorder.start(new Weighing(0), 0, MEMORY, false);
        int fresh = 600_000;
        Steps quiet = new Steps();
        quiet.run(Recorder::beginQuiet);
        quiet.run(() -> Recorder.count(fresh));

        Recorder.count(fresh);
        quiet.run(() -> Recorder.count(fresh));
        assertThat(counted(fresh)).as("quiet").containsExactly(1);

        quiet.run(Recorder::endQuiet);
        quiet.run(() -> Recorder.count(fresh));
        quiet.end();
        assertThat(counted(fresh)).as("afterwards").containsExactly(2);
    }

    @Test
    void threadsAtTheSamePlaceGetTheirCountersBackWhenAlone() throws InterruptedException {
        Recorder.start(new Weighing(0), 0, MEMORY, false);
        Steps first = new Steps();
        Steps second = Steps.colliding(first);
        Runnable count = () -> Recorder.count(OBJECTS);
        first.run(() -> Recorder.hit(OBJECTS));
        second.run(() -> Recorder.hit(OBJECTS));
        first.run(count);
        second.run(count);
        assertThat(Recorder.giveChunks()).as("both share").isEqualTo(1);

        second.run(Recorder::threadEnds);
        first.run(count);
        assertThat(Recorder.giveChunks()).as("alone").isZero();
        first.end();
        second.end();

        assertThat(counted(OBJECTS)).containsExactly(5);
    }

    @Test
    void threadsOfTheTracerDoNotCountInWhatIsShared() throws InterruptedException {
        Recorder.start(new Weighing(0), 0, MEMORY, false);
        Recorder.hit(OBJECTS);
        Steps own = new Steps();
        own.setName("tracemalloc-test");
        Recorder.threadStarts(own);

        countBeforeAndAfterGiving(own);

        assertThat(counted(OBJECTS)).containsExactly(1);
    }

    @Test
    void pagesOfThreadsThatEndedUnseenGoToOthers() throws InterruptedException {
        Recorder.start(new Weighing(0), 0, MEMORY, false);
        Recorder.hit(OBJECTS);
        Thread ends = new Thread(() -> Recorder.count(OBJECTS));
        Recorder.threadStarts(ends);
        ends.start();
        ends.join();
        Thread waits = new Thread(() -> Recorder.count(OBJECTS));
        Recorder.threadStarts(waits);
        long before = Recorder.overheadBytes();

        Recorder.freePagesOfDead();
        Recorder.threadStarts(new Thread(() -> {}));
        assertThat(Recorder.overheadBytes() - before).as("not at first sight").isEqualTo(1024);
        Recorder.freePagesOfDead();
        Recorder.threadStarts(new Thread(() -> {}));
        assertThat(Recorder.overheadBytes() - before).as("the dead one's").isEqualTo(1024);

        // Its page was taken from it before it started, which must not lose what it counts.
        waits.start();
        waits.join();
        assertThat(counted(OBJECTS)).containsExactly(3);
    }

    @Test
    void atTheMemoryLimitSharedCountersLoseNothing() throws InterruptedException {
        Recorder.start(new Weighing(0), 0, MEMORY, false);
        Recorder.hit(OBJECTS);
        Recorder.stop();
        // Room for a page and the one chunk; the table outlives a session.
        Recorder.start(new Weighing(0), 0, 1024 + 32 + 16 * 512, false);
        Recorder.hit(OBJECTS);
        Steps other = new Steps();
        Recorder.threadStarts(other);

        countBeforeAndAfterGiving(other);

        assertThat(counted(OBJECTS)).containsExactly(3);
        assertThat(Recorder.dropped()).isZero();
        assertThat(Recorder.overheadBytes()).isEqualTo(1024 + 32 + 16 * 512);
    }

    /** Counts one block while the thread has no counters, and one when it may have got them; then ends it. */
    private static void countBeforeAndAfterGiving(Steps thread) throws InterruptedException {
        thread.run(() -> Recorder.count(OBJECTS));
        Recorder.giveChunks();
        thread.run(() -> Recorder.count(OBJECTS));
        thread.end();
    }

    private static long[] counted(int... slots) {
        long[] sums = sums();
        return Arrays.stream(slots).mapToLong(slot -> sums[slot]).toArray();
    }

    private static long[] sums() {
        long[] totals = new long[ARRAYS + 10];
        Recorder.sum(totals);
        return totals;
    }

    /** A thread that runs one piece of work after another. */
    private static final class Steps extends Thread {
        private final SynchronousQueue<Runnable> work = new SynchronousQueue<>();
        private final SynchronousQueue<Boolean> done = new SynchronousQueue<>();

        Steps() {
            setDaemon(true);
        }

        /** One that has its place in the recorder's tables where this one has it. */
        static Steps colliding(Steps first) {
            Thread other = new Thread(() -> {});
            while ((other.getId() - first.getId()) % 4096 != 4095) {
                other = new Thread(() -> {});
            }
            Steps second = new Steps();
            assertThat(second.getId() - first.getId()).isEqualTo(4096);
            return second;
        }

        void run(Runnable step) throws InterruptedException {
            if (getState() == State.NEW) {
                start();
            }
            work.put(step);
            done.take();
        }

        void end() {
            interrupt();
        }

        @Override
        public void run() {
            try {
                while (true) {
                    work.take().run();
                    done.put(true);
                }
            } catch (InterruptedException over) {
                // As asked.
            }
        }
    }

    /** Adds up the weights of the samples. */
    private static final class Weighing extends Handler {
        static final long SIZE = 24;

        private final long interval;
        private volatile long size = SIZE;
        private volatile int variantSlot;
        private long samples;
        private double weight;
        private double weightedBytes;

        Weighing(long interval) {
            this.interval = interval;
        }

        @Override
        public long sizeOf(int slot) {
            return size;
        }

        @Override
        public void sample(int slot, long sizeBytes) {
            double one = 1 / -Math.expm1(-(double) sizeBytes / interval);
            samples++;
            weight += one;
            weightedBytes += one * sizeBytes;
        }

        @Override
        public Variant variant(int site, Class<?> allocated) {
            return new Variant(allocated, variantSlot);
        }

        @Override
        public int viaSlot(int callerSite, int slot) {
            return slot;
        }

        @Override
        public int pairSlot(int programSite, int slot) {
            return slot;
        }

        @Override
        public byte[] hidden(byte[] bytes, Class<?> host) {
            return bytes;
        }

        @Override
        public void nativeAllocated(long address, long sizeBytes) {}

        @Override
        public void nativeFreed(long address) {}

        @Override
        public void threadEnds(Thread thread) {}
    }
}
