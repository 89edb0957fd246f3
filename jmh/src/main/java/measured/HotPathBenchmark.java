package measured;

import io.tracemalloc.jmh.Tracing;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Code that does nothing but allocate, so that the price of one hook shows.
 *
 * <p>Dimensions: what is allocated and from how many sites (the methods), and what traces it: nothing, this tracer in its
 * modes, or a peer, given as the {@code -javaagent} of the forked JVM. {@link io.tracemalloc.jmh.HotPath} runs all modes in interleaved
 * rounds. Left out: several threads and whole programs ({@link io.tracemalloc.jmh.RealPrograms}), and live objects beyond the nursery.
 *
 * <p>{@link #perCall} is the usual measure, a block per invocation. The loops are harder: their untraced iteration is
 * little more than a moved pointer, about a nanosecond.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class HotPathBenchmark {

    /** Allocations of each kind in one invocation; a multiple of 24 and of 4. */
    public static final int BLOCKS = 2400;

    /** Arrays have the lengths below this one in turn. */
    private static final int LENGTHS = 24;

    /** At least, whatever the headers. */
    private static final long SMALL_BYTES = 16;

    /** Beyond the cache of {@code Integer.valueOf}. */
    private static final int UNCACHED = 1000;

    private final Tracing tracing = Tracing.ofThisJvm();
    /** Never set; read in a loop as JMH reads its own. */
    public volatile boolean done;

    /** Lets an object escape. */
    private volatile Object escaped = "";

    private int next;
    private String text = "a string from which short strings are taken";

    /** A block of 16 bytes, with 12-byte headers as with 8-byte ones. */
    static final class Small {
        final int value;

        Small(int value) {
            this.value = value;
        }
    }

    /** Fails if the JVM is not traced as it should be. */
    @Setup
    public void start() {
        tracing.start();
    }

    /** Fails if the allocations of this class are not counted. */
    @TearDown
    public void check() {
        long before = tracing.bytes();
        for (int i = 0; i < BLOCKS; i++) {
            escaped = new Small(i);
        }
        tracing.checkCounted(tracing.bytes() - before, BLOCKS * SMALL_BYTES);
    }

    /** One object of fixed size, as JMH's own loop calls for it. */
    @Benchmark
    public Object perCall() {
        return new Small(next++);
    }

    /** Objects of fixed size, all from one site. */
    @Benchmark
    @OperationsPerInvocation(BLOCKS)
    public void object(Blackhole blackhole) {
        for (int i = 0; i < BLOCKS; i++) {
            blackhole.consume(new Small(i));
        }
    }

    /** Objects of fixed size, from four sites in turn. */
    @Benchmark
    @OperationsPerInvocation(BLOCKS)
    public void fourSites(Blackhole blackhole) {
        for (int i = 0; i < BLOCKS; i += 4) {
            blackhole.consume(new Small(i));
            blackhole.consume(new Small(i + 1));
            blackhole.consume(new Small(i + 2));
            blackhole.consume(new Small(i + 3));
        }
    }

    /** Arrays of {@code int}, 0 to 23 long. */
    @Benchmark
    @OperationsPerInvocation(BLOCKS)
    public void intArray(Blackhole blackhole) {
        for (int i = 0; i < BLOCKS; i++) {
            blackhole.consume(new int[i % LENGTHS]);
        }
    }

    /** A short string: its object and its bytes, both made by the JDK. */
    @Benchmark
    @OperationsPerInvocation(BLOCKS)
    public void string(Blackhole blackhole) {
        String from = text;
        for (int i = 0; i < BLOCKS; i++) {
            int begin = i % LENGTHS;
            blackhole.consume(from.substring(begin, begin + 8));
        }
    }

    /** Boxed integers. */
    @Benchmark
    @OperationsPerInvocation(BLOCKS)
    public void boxing(Blackhole blackhole) {
        for (int i = 0; i < BLOCKS; i++) {
            blackhole.consume(Integer.valueOf(UNCACHED + i));
        }
    }

    /** Concatenations by {@code invokedynamic}. */
    @Benchmark
    @OperationsPerInvocation(BLOCKS)
    public void concat(Blackhole blackhole) {
        for (int i = 0; i < BLOCKS; i++) {
            blackhole.consume("number " + i);
        }
    }

    /** Concatenations by a builder, as in older class files: C2 makes the strings by itself. */
    @Benchmark
    @OperationsPerInvocation(BLOCKS)
    public void builder(Blackhole blackhole) {
        for (int i = 0; i < BLOCKS; i++) {
            blackhole.consume(new StringBuilder().append("number ").append(i).toString());
        }
    }

    /** Objects that escape analysis removes: nothing may be allocated, traced or not. */
    @Benchmark
    @OperationsPerInvocation(BLOCKS)
    public int scalarReplaced() {
        int sum = 0;
        for (int i = 0; i < BLOCKS; i++) {
            sum += new Small(i ^ sum).value;
        }
        return sum;
    }
}
