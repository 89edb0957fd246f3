package io.tracemalloc.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tracemalloc.Domain;
import io.tracemalloc.Exactness;
import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.filter.Filter;
import io.tracemalloc.spi.SnapshotColumns;
import io.tracemalloc.statistic.GroupBy;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MergedSnapshotTest {

    @Test
    void addsUpEqualRecordsAndKeepsOthers() {
        Snapshot one =
                Samples.exact().add("byte[]", 2, 32, Samples.PARSE).dropped(3).snapshot();
        Snapshot two = Samples.exact()
                .add("int[]", 1, 100, "com.acme.Main main 1")
                .add("byte[]", 4, 64, Samples.PARSE)
                .dropped(4)
                .snapshot();

        Snapshot merged = merged(one, two);

        assertThat(merged.statistics(GroupBy.LINE, false, Metric.ALLOCATED))
                .extracting(Object::toString)
                .containsExactly(
                        "com/acme/Main.java:1: size=100 B, count=1, average=100 B",
                        "com/acme/Parser.java:42: size=96 B, count=6, average=16 B");
        assertThat(merged.totalBytes(Metric.LIVE)).isEqualTo(98);
        assertThat(merged.columns().recordCount()).isEqualTo(2);
        assertThat(merged.columns().dropped()).isEqualTo(7);
    }

    @Test
    void addsUpFactsThatAreNumbersAndNoOthers() {
        Snapshot one = Samples.exact()
                .attribute("unattributed_bytes", "5")
                .attribute("not_instrumented_classes", "2")
                .attribute("pid", "1")
                .snapshot();
        Snapshot two = Samples.exact().attribute("unattributed_bytes", "7").snapshot();

        assertThat(merged(one, two).columns().attributes())
                .containsOnly(Map.entry("unattributed_bytes", "12"), Map.entry("not_instrumented_classes", "2"));
    }

    @Test
    void addsUpAges() {
        Snapshot one = Samples.exact()
                .add("byte[]", 2, 32, Samples.PARSE)
                .aged(1, 2, 32)
                .snapshot();
        Snapshot two = Samples.exact()
                .add("int[]", 1, 100, Samples.PARSE)
                .add("byte[]", 3, 48, Samples.PARSE)
                .aged(1, 1, 16)
                .aged(4, 2, 32)
                .snapshot();

        SnapshotColumns merged = merged(one, two).columns();

        assertThat(merged.ageBuckets()).isEqualTo(5);
        assertThat(merged.agedBytes(0, 1)).isEqualTo(48);
        assertThat(merged.agedCount(0, 1)).isEqualTo(3);
        assertThat(merged.agedBytes(0, 4)).isEqualTo(32);
        assertThat(merged.isAged(1)).isFalse();
    }

    /** Else blocks of the JVM that did not record ages would pass for young ones. */
    @Test
    void hasAgesOnlyIfAllLiveBlocksOfTheHeapHaveThem() {
        Snapshot aged = Samples.exact()
                .add("byte[]", 2, 32, Samples.PARSE)
                .aged(1, 1, 16)
                .dropped(1)
                .snapshot();
        Snapshot ageless =
                Samples.exact().add("int[]", 2, 200, Samples.PARSE).dropped(2).snapshot();
        Snapshot nativeOnly = Samples.exact()
                .addOffHeap(Domain.NATIVE_MEMORY, 1, 4_096, Samples.PARSE)
                .snapshot();

        assertThat(merged(aged, ageless).hasAges()).isFalse();
        assertThat(merged(ageless, aged).hasAges()).isFalse();
        assertThat(merged(ageless, aged).totalBytes(Metric.LIVE)).isEqualTo(116);
        assertThat(merged(ageless, aged).columns().dropped()).isEqualTo(3);
        assertThat(merged(aged, nativeOnly).survivors(1).totalBytes(Metric.LIVE))
                .isEqualTo(4_112);
        assertThat(merged(aged, Samples.exact().snapshot()).hasAges()).isTrue();
    }

    /** What every 64th sample stands for scatters more than what every sample does. */
    @Test
    void isThinnedAsItsMostThinnedPart() {
        Snapshot thinned = new Samples()
                .recorded(Metric.LIVE, Exactness.ESTIMATED)
                .add("byte[]", 200, 3_200, Samples.PARSE)
                .attribute("live_thinning", "64")
                .snapshot();
        Snapshot half = new Samples()
                .recorded(Metric.LIVE, Exactness.ESTIMATED)
                .attribute("live_thinning", "2")
                .snapshot();
        Snapshot whole =
                new Samples().recorded(Metric.LIVE, Exactness.ESTIMATED).snapshot();

        assertThat(merged(whole, half, thinned).columns().attributes())
                .containsExactly(Map.entry("live_thinning", "64"));
        assertThat(merged(thinned, whole).standardErrorBytes(Metric.LIVE))
                .isEqualTo(thinned.standardErrorBytes(Metric.LIVE));
        assertThat(merged(whole, whole).columns().attributes()).isEmpty();
    }

    @Test
    void isAsExactAsTheWeakest() {
        Snapshot counted = Samples.exact().snapshot();
        Snapshot sampled =
                new Samples().recorded(Metric.ALLOCATED, Exactness.ESTIMATED).snapshot();

        assertThat(merged(counted, sampled).exactness(Metric.ALLOCATED)).isEqualTo(Exactness.ESTIMATED);
    }

    @Test
    void isTheSnapshotItselfIfThereIsOnlyOne() {
        Snapshot only = Samples.program().snapshot();

        assertThat(merged(only)).isSameAs(only);
    }

    @Test
    void tellsHostsApartAndKeepsThoseOfAnEarlierMerge() {
        MergedSnapshot first = new MergedSnapshot();
        first.add(Samples.exact().add("byte[]", 2, 32, Samples.PARSE).snapshot(), "web-1");
        MergedSnapshot second = new MergedSnapshot();
        second.add(first.snapshot(), "ignored");
        second.add(Samples.exact().add("byte[]", 4, 64, Samples.PARSE).snapshot(), "web-2");

        Snapshot merged = second.snapshot();

        assertThat(merged.statistics(GroupBy.HOST, false, Metric.ALLOCATED))
                .extracting(Object::toString)
                .containsExactly("web-2: size=64 B, count=4, average=16 B", "web-1: size=32 B, count=2, average=16 B");
        assertThat(merged.filter(Filter.parse(true, "host=*-1")).totalBytes(Metric.ALLOCATED))
                .isEqualTo(32);
    }

    @Test
    void hasOnlyTheMetricsOfAll() {
        MergedSnapshot sum = new MergedSnapshot();
        sum.add(Samples.exact().add("byte[]", 2, 32, Samples.PARSE).dropped(1).snapshot(), "a");
        sum.add(
                new Samples()
                        .recorded(Metric.ALLOCATED, Exactness.ESTIMATED)
                        .addAllocated("byte[]", 4, 64, Samples.PARSE)
                        .snapshot(),
                "a");

        Snapshot merged = sum.snapshot();

        assertThat(merged.metrics()).containsExactly(Metric.ALLOCATED);
        assertThat(sum.leftOut()).containsExactly(Metric.LIVE);
        assertThat(merged.totalBytes(Metric.ALLOCATED)).isEqualTo(96);
        assertThat(merged.exactness(Metric.ALLOCATED)).isEqualTo(Exactness.ESTIMATED);
        assertThat(merged.columns().dropped()).isEqualTo(1);
    }

    @Test
    void saysWhatAllSay() {
        Snapshot one =
                Samples.exact().attribute("jvm", "Test").attribute("pid", "1").snapshot();
        Snapshot two =
                Samples.exact().attribute("jvm", "Test").attribute("pid", "2").snapshot();

        assertThat(merged(one, two).columns().attributes()).containsExactly(Map.entry("jvm", "Test"));
    }

    @Test
    void keepsWhatItsPartsLost() {
        MergedSnapshot sum = new MergedSnapshot();
        sum.add(losing("note.stacks", "2 samples were mistaken"), "web-1");
        sum.add(losing("note.memory_limit", "at the memory limit, 3 samples were cut"), "web-2");
        sum.add(losing("note.memory_limit", "at the memory limit, 4 samples were cut"), "web-3");

        assertThat(sum.snapshot().columns().attributes())
                .containsOnly(
                        Map.entry("note.stacks", "web-1: 2 samples were mistaken"),
                        Map.entry(
                                "note.memory_limit",
                                "web-2: at the memory limit, 3 samples were cut"
                                        + " | web-3: at the memory limit, 4 samples were cut"));
    }

    @Test
    void tellsLossesOfManyPartsInShort() {
        Snapshot[] parts = IntStream.rangeClosed(1, 12)
                .mapToObj(part -> losing("note.earlier_threads", "of " + part % 10 + " threads"))
                .toArray(Snapshot[]::new);

        assertThat(merged(parts).columns().attributes())
                .containsExactly(Map.entry(
                        "note.earlier_threads",
                        "of 1 threads | of 2 threads | of 3 threads | of 4 threads | of 5 threads"
                                + " | and 5 more of the kind"));
    }

    private static Snapshot losing(String note, String text) {
        return Samples.exact().attribute(note, text).snapshot();
    }

    @Test
    void refusesSumsThatDoNotFit() {
        MergedSnapshot sum = new MergedSnapshot();
        sum.add(Samples.exact().add("byte[]", 1, Long.MAX_VALUE, Samples.PARSE).snapshot(), "a");
        Snapshot more = Samples.exact().add("byte[]", 1, 1, Samples.PARSE).snapshot();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> sum.add(more, "b"))
                .withMessageContaining("below 2^63");
    }

    private static Snapshot merged(Snapshot... parts) {
        MergedSnapshot sum = new MergedSnapshot();
        for (Snapshot part : parts) {
            sum.add(part, "");
        }
        return sum.snapshot();
    }
}
