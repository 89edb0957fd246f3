package io.tracemalloc.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracemalloc.Exactness;
import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The native backend at and beyond the bounds of its memory. */
final class NativeLimitsIT {

    private static final Subject RETAINED = Subject.of("known.Retained");
    private static final Subject RELOADED = Subject.of("known.Reloaded");

    @Test
    void followsFiveMillionObjectsWithTheDefaultLimit() {
        int n = 5_000_000;

        Snapshot snapshot = run("frames=1,live=exact", n);

        assertThat(snapshot.exactness(Metric.LIVE)).isEqualTo(Exactness.EXACT);
        assertThat(live(snapshot)).isEqualTo(n);
    }

    @Test
    void thinsBeyondTheLimitAndSaysSo() {
        int n = 500_000;

        Snapshot snapshot = run("frames=1,live=exact,memory-limit=8m", n);

        assertThat(snapshot.exactness(Metric.ALLOCATED)).isEqualTo(Exactness.EXACT);
        assertThat(snapshot.exactness(Metric.LIVE)).isEqualTo(Exactness.ESTIMATED);
        assertThat(snapshot.columns().attributes().get("note.memory_limit"))
                .startsWith("at the memory limit, 1 in ")
                .contains(" live samples is followed and stands for all of them");
        // What comes while the tracer's thread makes room is told as not followed. About 15,000 objects are left: the
        // rest
        // is known with a standard error of 1 %, and six of them are allowed.
        long unfollowed = unfollowed(snapshot);
        assertThat((double) live(snapshot)).isBetween((n - unfollowed * 8.0) * 0.96, n * 1.04);
        assertThat(snapshot.columns().overheadBytes()).isLessThan(9 << 20);
    }

    @Test
    void cutsTracebacksAndSizesBeyondTheLimitAndKeepsSumsRight() {
        int n = 300_000;

        Snapshot snapshot = run("frames=64,interval=1,live=off,memory-limit=2m", n, "diverse");

        long bytes = 0;
        long count = 0;
        for (int record = 0; record < snapshot.columns().recordCount(); record++) {
            int traceback = snapshot.columns().traceback(record);
            int frame = snapshot.columns().tracebackFrame(traceback, 0);
            if (snapshot.columns().frameMethod(frame).equals("diverse")) {
                bytes += snapshot.columns().bytes(record, Metric.ALLOCATED);
                count += snapshot.columns().count(record, Metric.ALLOCATED);
            }
        }
        long truth = 0;
        for (int i = 0; i < n; i++) {
            truth += Layout.USUAL.array("byte[]", i % 5000);
        }
        assertThat(count + snapshot.columns().dropped()).isGreaterThanOrEqualTo(n);
        // Linkage adds a few.
        assertThat(count).isBetween(n * 99L / 100, n + 10L);
        assertThat((double) bytes / truth).isBetween(0.98, 1.02);
        assertThat(snapshot.exactness(Metric.ALLOCATED)).isEqualTo(Exactness.ESTIMATED);
        assertThat(snapshot.columns().attributes().get("note.memory_limit")).contains("block sizes of");
        assertThat(snapshot.columns().overheadBytes()).isLessThan(8 << 20);
    }

    /** The tables do not fill with the methods of classes that are gone. */
    @Test
    void losesNothingOfAClassThatIsLoadedAgainAndAgain() {
        int loads = 15_000;
        int blocks = 10;

        Snapshot snapshot = run(RELOADED, "interval=1k,live=off,memory-limit=16m", loads, blocks);

        assertThat(snapshot.columns().dropped()).isZero();
        assertThat(snapshot.columns().attributes()).doesNotContainKey("note.memory_limit");
        long bytes = 0;
        for (int record = 0; record < snapshot.columns().recordCount(); record++) {
            int frame = snapshot.columns().tracebackFrame(snapshot.columns().traceback(record), 0);
            if (snapshot.columns().frameMethod(frame).equals("m24")) {
                bytes += snapshot.columns().bytes(record, Metric.ALLOCATED);
            }
        }
        double truth = (double) loads * blocks * Layout.USUAL.array("byte[]", 2000);
        double error = Double.parseDouble(snapshot.columns().attributes().get("allocated_bytes_standard_error"));
        assertThat(bytes).isBetween((long) (truth - 3 * error), (long) (truth + 3 * error));
    }

    private static Snapshot run(String options, Object... arguments) {
        return run(RETAINED, options, arguments);
    }

    private static Snapshot run(Subject subject, String options, Object... arguments) {
        Forked.Ended ended = new Forked(JavaHome.of(17))
                .jvm("-Xmx1g", "-XX:+UseParallelGC")
                .traced("backend=jvmti," + options)
                .main(subject, arguments)
                .succeed();
        assertThat(List.of(ended.out().trim()))
                .containsExactly((subject == RELOADED ? "loaded " : "kept ") + arguments[0]);
        return ended.snapshot();
    }

    private static long live(Snapshot snapshot) {
        long count = 0;
        for (int record = 0; record < snapshot.columns().recordCount(); record++) {
            String type = snapshot.columns().typeName(snapshot.columns().type(record));
            count += type.equals("known.Retained$Kept") ? snapshot.columns().count(record, Metric.LIVE) : 0;
        }
        return count;
    }

    private static long unfollowed(Snapshot snapshot) {
        String note = snapshot.columns().attributes().get("note.memory_limit");
        return note.contains("not followed")
                ? Long.parseLong(note.replaceAll(".*?(\\d+) samples were not followed.*", "$1"))
                : 0;
    }
}
