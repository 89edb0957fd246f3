package io.tracemalloc;

import static io.tracemalloc.SnapshotFixture.at;
import static io.tracemalloc.SnapshotFixture.block;
import static io.tracemalloc.SnapshotFixture.live;
import static io.tracemalloc.SnapshotFixture.snapshot;
import static org.assertj.core.api.Assertions.assertThat;

import io.tracemalloc.spi.SnapshotBuilder;
import io.tracemalloc.statistic.GroupBy;
import io.tracemalloc.statistic.Statistic;
import java.util.List;
import org.junit.jupiter.api.Test;

class AttributionTest {

    private static final Frame NODE = at("java/util/HashMap.java", 1797);
    private static final Frame PUT = at("java/util/HashMap.java", 637);
    private static final Frame LIBRARY = at("org/lib/Cache.java", 9);
    private static final Frame MAIN = at("com/acme/Main.java", 12);
    private static final Frame JAVAC = at("com/sun/tools/javac/Main.java", 50);

    private static List<Traceback> tracebacks(Snapshot snapshot) {
        return snapshot.traces().stream().map(Trace::traceback).toList();
    }

    @Test
    void beginsTracebacksAtTheProgramsOwnFrame() {
        Snapshot program = live(block(48, NODE, PUT, MAIN, LIBRARY)).attributeToApplication(List.of());

        assertThat(tracebacks(program)).containsExactly(Traceback.of(MAIN, LIBRARY));
        assertThat(program.statistics(GroupBy.LINE))
                .containsExactly(new Statistic(Traceback.of(MAIN), "com/acme/Main.java:12", 48, 1, false));
    }

    @Test
    void skipsLibrariesWhenTheyAreNamed() {
        Snapshot snapshot = live(block(48, NODE, LIBRARY, MAIN));

        assertThat(tracebacks(snapshot.attributeToApplication(List.of()))).containsExactly(Traceback.of(LIBRARY, MAIN));
        assertThat(tracebacks(snapshot.attributeToApplication(List.of("org.other.*", "org.lib.*"))))
                .containsExactly(Traceback.of(MAIN));
    }

    @Test
    void leavesATraceWithoutSuchAFrameAsItIs() {
        Snapshot snapshot = live(block(48, NODE, PUT), block(16, NODE, LIBRARY), block(8));

        assertThat(tracebacks(snapshot.attributeToApplication(List.of("org.lib.*"))))
                .containsExactly(Traceback.of(NODE, PUT), Traceback.of(NODE, LIBRARY), Traceback.EMPTY);
    }

    @Test
    void takesAToolOfTheJdkForTheProgramIfNothingElseIs() {
        Snapshot snapshot = live(block(48, NODE, JAVAC), block(16, NODE, JAVAC, MAIN));

        assertThat(tracebacks(snapshot.attributeToApplication(List.of())))
                .containsExactly(Traceback.of(JAVAC), Traceback.of(MAIN));
    }

    @Test
    void neverAttributesToAFrameOfUnknownClass() {
        Frame unknown = new Frame("", "stub", "<unknown>", 0);

        assertThat(tracebacks(live(block(48, NODE, unknown, MAIN)).attributeToApplication(List.of())))
                .containsExactly(Traceback.of(MAIN));
    }

    @Test
    void shortensTheFullDepthAsWell() {
        SnapshotBuilder builder = new SnapshotBuilder();
        int node = builder.frame("java.util.HashMap", "put", "java/util/HashMap.java", 1);
        int main = builder.frame("com.acme.Main", "main", "com/acme/Main.java", 2);
        for (int total : new int[] {0, 40}) {
            int traceback = builder.traceback(new int[] {node, main}, 2, total);
            builder.add(builder.record(traceback, 0, 0, 0, 16), Metric.LIVE, 1, 16);
        }

        Snapshot program = builder.snapshot(SnapshotFixture.info()).attributeToApplication(List.of());

        assertThat(program.traces())
                .extracting(trace -> trace.traceback().totalFrames())
                .containsExactly(0, 39);
    }

    @Test
    void keepsEverythingElse() {
        Snapshot snapshot = live(
                block(48, NODE, MAIN).times(3).living(1).of("Node").by("main").in(2),
                block(48, PUT, MAIN).of("Node"));

        Snapshot program = snapshot.attributeToApplication(List.of());

        assertThat(program.traces())
                .containsExactly(
                        new Trace(2, 48, "Node", "main", "", Traceback.of(MAIN), 3, 144, 1, 48),
                        new Trace(0, 48, "Node", "", "", Traceback.of(MAIN), 1, 48, 1, 48));
        assertThat(program.columns().tracebackCount()).isEqualTo(1);
        assertThat(program.totalBytes(Metric.ALLOCATED)).isEqualTo(192);
        assertThat(program.info()).isEqualTo(snapshot.info());
    }

    @Test
    void estimatesWhatWasExactBySiteOnceATracebackIsCut() {
        Snapshot cut = snapshot(Exactness.EXACT_BY_SITE, block(48, NODE, MAIN));
        Snapshot uncut = snapshot(Exactness.EXACT_BY_SITE, block(48, MAIN, NODE));

        assertThat(cut.attributeToApplication(List.of()).exactness(Metric.LIVE)).isEqualTo(Exactness.ESTIMATED);
        assertThat(cut.exactness(Metric.LIVE)).isEqualTo(Exactness.EXACT_BY_SITE);
        assertThat(uncut.attributeToApplication(List.of()).exactness(Metric.LIVE))
                .isEqualTo(Exactness.EXACT_BY_SITE);
        assertThat(live(block(48, NODE, MAIN)).attributeToApplication(List.of()).exactness(Metric.LIVE))
                .isEqualTo(Exactness.EXACT);
    }

    /** Counters note the line of the tool, which is a program to them; its caller is known from samples. */
    @Test
    void estimatesWhatWasExactByCallerOnceAToolOfTheJdkIsCut() {
        Snapshot tool = snapshot(Exactness.EXACT_BY_CALLER, block(48, NODE, JAVAC), block(16, NODE, MAIN, JAVAC));
        Snapshot inProcess = snapshot(Exactness.EXACT_BY_CALLER, block(48, NODE, JAVAC, MAIN));
        Snapshot atSite = snapshot(Exactness.EXACT_BY_CALLER, block(48, JAVAC, MAIN));

        assertThat(tool.attributeToApplication(List.of()).exactness(Metric.LIVE))
                .isEqualTo(Exactness.EXACT_BY_SITE);
        assertThat(inProcess.attributeToApplication(List.of()).exactness(Metric.LIVE))
                .isEqualTo(Exactness.ESTIMATED);
        assertThat(atSite.attributeToApplication(List.of()).exactness(Metric.LIVE))
                .isEqualTo(Exactness.ESTIMATED);
    }
}
