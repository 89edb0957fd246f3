package io.tracemalloc.storage.protobuf;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracemalloc.Exactness;
import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.SnapshotInfo;
import io.tracemalloc.spi.SnapshotBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that format version 1 wrote; every later version must read them as this one does. */
class GoldenFileTest {

    private static final List<String> EVERYTHING = List.of(
            "time 2027-01-15T08:00:00.000000007Z, duration PT5S, limit 8, interval 524288, default PEAK",
            "dropped 11, truncated 12, overhead 13",
            "LIVE EXACT",
            "ALLOCATED EXACT_BY_SITE",
            "FREED EXACT_BY_SITE",
            "PEAK ESTIMATED",
            "TEMPORARY ESTIMATED",
            "attribute jvm=OpenJDK",
            "attribute note.1=first\nsecond",
            "byte[]||domain 0|size 0|of 0: [0, 0, 7, 700, 7, 700, 0, 0, 0, 0]",
            "byte[]||domain 0|size 16|of 9: <com.acme.Foo#bar@com/acme/Foo.java:42>"
                    + " <com.acme.Foo#main@com/acme/Foo.java:7> [0, 0, 3, 48, 3, 48, 2, 32, 1, 16]",
            "byte[]||domain 0|size 32|of 9: <com.acme.Foo#bar@com/acme/Foo.java:42>"
                    + " <com.acme.Foo#main@com/acme/Foo.java:7> [3, 72, 3, 96, 0, 24, 4, 130, 0, 0]",
            "int[]|main|domain 5|size 100|of 9: <com.acme.Foo#bar@com/acme/Foo.java:42>"
                    + " <com.acme.Foo#main@com/acme/Foo.java:7> [1, 100, 1, 100, 0, 0, 0, 0, 0, 0]",
            "|w\u00f6rker|domain 0|size 8|of 1: <#dotted.name@<unknown>:0> [2, 16, 2, 16, 0, 0, 0, 0, 0, 0]");

    @Test
    void everythingReadsAsItWasWritten() throws IOException {
        assertThat(Canonical.text(Bytes.read(golden("everything")))).isEqualTo(EVERYTHING);
    }

    @Test
    void exampleOfTheDocumentationReadsAsItSays() throws IOException {
        assertThat(Canonical.text(Bytes.read(golden("example"))))
                .containsExactly(
                        "time 1970-01-01T00:00:00Z, duration PT0S, limit 1, interval 1, default LIVE",
                        "dropped 0, truncated 0, overhead 0",
                        "LIVE EXACT",
                        "ALLOCATED EXACT",
                        "FREED EXACT",
                        "PEAK not recorded",
                        "TEMPORARY not recorded",
                        "byte[]||domain 0|size 24|of 1: <A#f@A.java:7> [2, 48, 2, 48, 0, 0, 0, 0, 0, 0]",
                        "byte[]||domain 0|size 32|of 1: <A#f@A.java:7> [0, 0, 1, 32, 1, 32, 0, 0, 0, 0]");
    }

    @Test
    void agesReadAsTheyWereWritten() throws IOException {
        assertThat(Canonical.text(Bytes.read(golden("ages"))))
                .containsExactly(
                        "time 1970-01-01T00:00:00Z, duration PT0S, limit 1, interval 524288, default LIVE",
                        "dropped 0, truncated 0, overhead 0",
                        "LIVE ESTIMATED",
                        "ALLOCATED not recorded",
                        "FREED not recorded",
                        "PEAK not recorded",
                        "TEMPORARY not recorded",
                        "ages 7",
                        "byte[]||domain 0|size 24|of 1: <A#f@A.java:7> [9, 216, 0, 0, 0, 0, 0, 0, 0, 0]"
                                + " ages {0=[2, 48], 6=[7, 168]}",
                        "byte[]||domain 0|size 32|of 1: <A#f@A.java:7> [1, 32, 0, 0, 0, 0, 0, 0, 0, 0]",
                        "int[]||domain 0|size 40|of 1: <A#f@A.java:7> [1, 40, 0, 0, 0, 0, 0, 0, 0, 0]"
                                + " ages {1=[1, 40]}");
    }

    @Test
    void mergedOfSeveralHostsReadsAsItWasWritten() throws IOException {
        assertThat(Canonical.text(Bytes.read(golden("hosts"))))
                .containsExactly(
                        "time 1970-01-01T00:00:00Z, duration PT0S, limit 1, interval 1, default ALLOCATED",
                        "dropped 0, truncated 0, overhead 0",
                        "LIVE not recorded",
                        "ALLOCATED EXACT",
                        "FREED not recorded",
                        "PEAK not recorded",
                        "TEMPORARY not recorded",
                        "byte[]| on web-1|domain 0|size 24|of 1: <A#f@A.java:7> [0, 0, 2, 48, 0, 0, 0, 0, 0, 0]",
                        "byte[]|main on web-1|domain 0|size 24|of 1: <A#f@A.java:7> [0, 0, 3, 72, 0, 0, 0, 0, 0, 0]",
                        "byte[]|main on web-2|domain 0|size 24|of 1: <A#f@A.java:7> [0, 0, 4, 96, 0, 0, 0, 0, 0, 0]",
                        "byte[]|main|domain 0|size 24|of 1: <A#f@A.java:7> [0, 0, 5, 120, 0, 0, 0, 0, 0, 0]");
    }

    /** Not a promise to users; if it fails, the format changed: then new golden files are due as well. */
    @ParameterizedTest
    @ValueSource(strings = {"everything", "example", "ages", "hosts"})
    void theSameBytesAreWrittenToday(String name) throws IOException {
        byte[] written = Bytes.written(
                switch (name) {
                    case "example" -> example();
                    case "ages" -> ages();
                    case "hosts" -> hosts();
                    default -> everything();
                });

        assertThat(Bytes.gunzip(written)).isEqualTo(Bytes.gunzip(golden(name)));
    }

    static Snapshot everything() {
        SnapshotBuilder builder = new SnapshotBuilder();
        builder.recorded(Metric.ALLOCATED, Exactness.EXACT_BY_SITE);
        builder.recorded(Metric.LIVE, Exactness.EXACT);
        builder.recorded(Metric.PEAK, Exactness.ESTIMATED);
        builder.recorded(Metric.TEMPORARY, Exactness.ESTIMATED);
        int top = builder.frame("com.acme.Foo", "bar", "com/acme/Foo.java", 42);
        int caller = builder.frame("com.acme.Foo", "main", "com/acme/Foo.java", 7);
        int traceback = builder.traceback(new int[] {top, caller}, 2, 9);
        int bytes = builder.type("byte[]");
        add(builder, builder.record(traceback, bytes, 0, 0, 16), new long[] {3, 48, 0, 0, 2, 32, 1, 16});
        add(builder, builder.record(traceback, bytes, 0, 0, 32), new long[] {3, 96, 3, 72, 4, 130, 0, 0});
        int main = builder.thread("main");
        add(builder, builder.record(traceback, builder.type("int[]"), 5, main, 100), new long[] {
            1, 100, 1, 100, 0, 0, 0, 0
        });
        int odd = builder.traceback(new int[] {builder.frame("", "dotted.name", "<unknown>", 0)}, 1, 1);
        add(builder, builder.record(odd, 0, 0, builder.thread("w\u00f6rker"), 8), new long[] {2, 16, 2, 16, 0, 0, 0, 0
        });
        int none = builder.traceback(new int[0], 0, 0);
        add(builder, builder.record(none, bytes, 0, 0, 0), new long[] {7, 700, 0, 0, 0, 0, 0, 0});
        builder.dropped(11);
        builder.truncated(12);
        builder.overhead(13);
        builder.attribute("jvm", "OpenJDK");
        builder.attribute("note.1", "first\nsecond");
        return builder.snapshot(new SnapshotInfo(
                Instant.ofEpochSecond(1_800_000_000, 7), Duration.ofSeconds(5), 8, 524_288, Metric.PEAK));
    }

    static Snapshot example() {
        SnapshotBuilder builder = new SnapshotBuilder();
        int traceback = builder.traceback(new int[] {builder.frame("A", "f", "A.java", 7)}, 1, 1);
        int type = builder.type("byte[]");
        int small = builder.record(traceback, type, 0, 0, 24);
        builder.add(small, Metric.ALLOCATED, 2, 48);
        builder.add(small, Metric.LIVE, 2, 48);
        int large = builder.record(traceback, type, 0, 0, 32);
        builder.add(large, Metric.ALLOCATED, 1, 32);
        return builder.snapshot(new SnapshotInfo(Instant.EPOCH, Duration.ZERO, 1, 1, Metric.LIVE));
    }

    static Snapshot ages() {
        SnapshotBuilder builder = new SnapshotBuilder();
        int traceback = builder.traceback(new int[] {builder.frame("A", "f", "A.java", 7)}, 1, 1);
        builder.recorded(Metric.LIVE, Exactness.ESTIMATED);
        int type = builder.type("byte[]");
        int small = builder.record(traceback, type, 0, 0, 24);
        builder.add(small, Metric.LIVE, 9, 216);
        builder.addAged(small, 6, 7, 168);
        builder.addAged(small, 0, 2, 48);
        builder.add(builder.record(traceback, type, 0, 0, 32), Metric.LIVE, 1, 32);
        int alone = builder.record(traceback, builder.type("int[]"), 0, 0, 40);
        builder.add(alone, Metric.LIVE, 1, 40);
        builder.addAged(alone, 1, 1, 40);
        return builder.snapshot(new SnapshotInfo(Instant.EPOCH, Duration.ZERO, 1, 524_288, Metric.LIVE));
    }

    static Snapshot hosts() {
        SnapshotBuilder builder = new SnapshotBuilder();
        int traceback = builder.traceback(new int[] {builder.frame("A", "f", "A.java", 7)}, 1, 1);
        int type = builder.type("byte[]");
        int[] threads = {
            builder.thread("", "web-1"),
            builder.thread("main", "web-1"),
            builder.thread("main", "web-2"),
            builder.thread("main")
        };
        for (int i = 0; i < threads.length; i++) {
            int blocks = 2 + i;
            builder.add(builder.record(traceback, type, 0, threads[i], 24), Metric.ALLOCATED, blocks, blocks * 24L);
        }
        return builder.snapshot(new SnapshotInfo(Instant.EPOCH, Duration.ZERO, 1, 1, Metric.ALLOCATED));
    }

    private static void add(SnapshotBuilder builder, int record, long[] values) {
        for (int metric = 0; metric < Values.METRICS; metric++) {
            builder.add(record, Values.metric(metric), values[2 * metric], values[2 * metric + 1]);
        }
    }

    private static byte[] golden(String name) throws IOException {
        String resource = "/golden/v1/" + name + ".pb.gz";
        try (InputStream in = Objects.requireNonNull(GoldenFileTest.class.getResourceAsStream(resource), resource)) {
            return in.readAllBytes();
        }
    }
}
