package io.tracemalloc.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracemalloc.Exactness;
import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.spi.SnapshotColumns;
import io.tracemalloc.statistic.GroupBy;
import java.util.List;
import java.util.Map;
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

        Snapshot merged = MergedSnapshot.of(List.of(one, two));

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
    void addsUpFactsInBytesAndNoOthers() {
        Snapshot one = Samples.exact()
                .attribute("unattributed_bytes", "5")
                .attribute("pid", "1")
                .snapshot();
        Snapshot two = Samples.exact().attribute("unattributed_bytes", "7").snapshot();

        assertThat(MergedSnapshot.of(List.of(one, two)).columns().attributes())
                .containsExactly(Map.entry("unattributed_bytes", "12"));
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

        SnapshotColumns merged = MergedSnapshot.of(List.of(one, two)).columns();

        assertThat(merged.ageBuckets()).isEqualTo(5);
        assertThat(merged.agedBytes(0, 1)).isEqualTo(48);
        assertThat(merged.agedCount(0, 1)).isEqualTo(3);
        assertThat(merged.agedBytes(0, 4)).isEqualTo(32);
        assertThat(merged.isAged(1)).isFalse();
    }

    @Test
    void isAsExactAsTheWeakest() {
        Snapshot counted = Samples.exact().snapshot();
        Snapshot sampled =
                new Samples().recorded(Metric.ALLOCATED, Exactness.ESTIMATED).snapshot();

        assertThat(MergedSnapshot.of(List.of(counted, sampled)).exactness(Metric.ALLOCATED))
                .isEqualTo(Exactness.ESTIMATED);
    }

    @Test
    void isTheSnapshotItselfIfThereIsOnlyOne() {
        Snapshot only = Samples.program().snapshot();

        assertThat(MergedSnapshot.of(List.of(only))).isSameAs(only);
    }
}
