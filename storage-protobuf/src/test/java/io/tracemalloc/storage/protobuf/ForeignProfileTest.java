package io.tracemalloc.storage.protobuf;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.CodedOutputStream;
import io.tracemalloc.Exactness;
import io.tracemalloc.Frame;
import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.Trace;
import io.tracemalloc.storage.protobuf.schema.Function;
import io.tracemalloc.storage.protobuf.schema.Label;
import io.tracemalloc.storage.protobuf.schema.Line;
import io.tracemalloc.storage.protobuf.schema.Location;
import io.tracemalloc.storage.protobuf.schema.Mapping;
import io.tracemalloc.storage.protobuf.schema.Profile;
import io.tracemalloc.storage.protobuf.schema.Sample;
import io.tracemalloc.storage.protobuf.schema.ValueType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Heap profiles of other tools: samples before tables, other sample types, other labels, no fields of ours. */
class ForeignProfileTest {

    /** Index in this list = number of the string. */
    private static final List<String> STRINGS = List.of(
            "", // 0
            "alloc_objects",
            "count",
            "alloc_space",
            "bytes",
            "inuse_objects", // 5
            "inuse_space",
            "space",
            "main.work",
            "/src/app/main.go",
            "runtime.makeslice", // 10
            "/usr/lib/go/slice.go",
            "/usr/bin/app",
            "region",
            "eu-1",
            "objects", // 15
            "kilobytes",
            "hello",
            "cpu");

    @Test
    void goHeapProfileLoads() throws IOException {
        Snapshot snapshot = Bytes.read(Bytes.gzip(goHeap().build().toByteArray()));

        assertThat(snapshot.traces()).hasSize(2);
        Trace first = snapshot.traces().get(0);
        assertThat(first.size()).isEqualTo(1024);
        assertThat(first.allocatedCount()).isEqualTo(10);
        assertThat(first.allocatedBytes()).isEqualTo(10_240);
        assertThat(first.liveCount()).isEqualTo(4);
        assertThat(first.liveBytes()).isEqualTo(4096);
        assertThat(first.className()).isEmpty();
        assertThat(first.traceback().frames())
                .containsExactly(
                        new Frame("runtime", "makeslice", "/usr/lib/go/slice.go", 103),
                        new Frame("main", "work", "/src/app/main.go", 12),
                        new Frame("", "0x4a2f10", "/usr/bin/app", 0));
        assertThat(first.traceback().totalFrames()).isZero();
        assertThat(snapshot.info().intervalBytes()).isEqualTo(524_288);
        assertThat(snapshot.info().time()).isEqualTo("2027-01-15T08:00:00Z");
        assertThat(snapshot.tracebackLimit()).isEqualTo(3);
        assertThat(snapshot.defaultMetric()).isEqualTo(Metric.LIVE);
        assertThat(snapshot.exactness(Metric.LIVE)).isEqualTo(Exactness.ESTIMATED);
        assertThat(snapshot.metrics()).containsExactlyInAnyOrder(Metric.LIVE, Metric.ALLOCATED, Metric.FREED);
        assertThat(snapshot.columns().attributes()).containsOnlyKeys("note.1").containsValue("hello");
    }

    @Test
    void equalSamplesAreAddedUp() throws IOException {
        Profile.Builder profile = goHeap();
        profile.addSample(profile.getSample(0));

        Snapshot snapshot = Bytes.read(profile.build().toByteArray());

        assertThat(snapshot.traces()).hasSize(2);
        assertThat(snapshot.traces().get(0).allocatedCount()).isEqualTo(20);
        assertThat(snapshot.traces().get(0).size()).isEqualTo(1024);
    }

    @Test
    void profileThatRecordsEveryBlockIsExact() throws IOException {
        Snapshot snapshot = Bytes.read(goHeap().setPeriod(1).build().toByteArray());

        assertThat(snapshot.exactness(Metric.ALLOCATED)).isEqualTo(Exactness.EXACT);
    }

    @Test
    void defaultSampleTypeIsHonoured() throws IOException {
        assertThat(Bytes.read(goHeap().setDefaultSampleType(3).build().toByteArray())
                        .defaultMetric())
                .isEqualTo(Metric.ALLOCATED);
        assertThat(Bytes.read(goHeap().setDefaultSampleType(5).build().toByteArray())
                        .defaultMetric())
                .isEqualTo(Metric.LIVE);
    }

    @Test
    void valuesAreFoundByNameAndMissingTypesAreZero() throws IOException {
        Profile.Builder profile = tables();
        profile.addSampleType(type(6, 4)).addSampleType(type(18, 4)).addSampleType(type(5, 2));
        profile.addSample(
                Sample.newBuilder().addLocationId(2).addValue(640).addValue(99).addValue(5));

        Snapshot snapshot = Bytes.read(profile.build().toByteArray());

        Trace trace = snapshot.traces().get(0);
        assertThat(trace.liveBytes()).isEqualTo(640);
        assertThat(trace.liveCount()).isEqualTo(5);
        assertThat(trace.allocatedBytes()).isZero();
        assertThat(snapshot.metrics()).containsExactly(Metric.LIVE);
    }

    @Test
    void typesOfTcmallocAreLive() throws IOException {
        Profile.Builder profile = tables();
        profile.addSampleType(type(15, 2)).addSampleType(type(7, 4));
        profile.addSample(Sample.newBuilder().addLocationId(2).addValue(3).addValue(300));

        Snapshot snapshot = Bytes.read(profile.build().toByteArray());

        assertThat(snapshot.totalCount(Metric.LIVE)).isEqualTo(3);
        assertThat(snapshot.totalBytes(Metric.LIVE)).isEqualTo(300);
    }

    @Test
    void allocationsAloneBecomeTheDefault() throws IOException {
        Profile.Builder profile = tables();
        profile.addSampleType(type(3, 4));
        profile.addSample(Sample.newBuilder().addLocationId(2).addValue(300));

        assertThat(Bytes.read(profile.build().toByteArray()).defaultMetric()).isEqualTo(Metric.ALLOCATED);
    }

    @Test
    void frameWithoutNamesIsUnknown() throws IOException {
        Profile.Builder profile = heapTypes(Profile.newBuilder().addAllStringTable(STRINGS));
        profile.addLocation(
                Location.newBuilder().setId(1).addLine(Line.newBuilder().setLine(-5)));
        profile.addSample(Sample.newBuilder().addLocationId(1).addAllValue(List.of(1L, 8L, 1L, 8L)));

        Snapshot snapshot = Bytes.read(profile.build().toByteArray());

        assertThat(snapshot.traces().get(0).traceback().frames()).containsExactly(Frame.UNKNOWN);
    }

    @Test
    void idsNeedNotBeDense() throws IOException {
        Profile.Builder profile = heapTypes(Profile.newBuilder().addAllStringTable(STRINGS));
        profile.addFunction(Function.newBuilder().setId(-1).setName(8).setFilename(9));
        profile.addFunction(Function.newBuilder().setId(70).setName(10).setFilename(11));
        profile.addLocation(Location.newBuilder()
                .setId(900)
                .addLine(Line.newBuilder().setFunctionId(-1).setLine(1)));
        profile.addLocation(Location.newBuilder()
                .setId(2)
                .addLine(Line.newBuilder().setFunctionId(70).setLine(2)));
        profile.addSample(
                Sample.newBuilder().addLocationId(2).addLocationId(900).addAllValue(List.of(1L, 8L, 1L, 8L)));

        Snapshot snapshot = Bytes.read(profile.build().toByteArray());

        assertThat(snapshot.traces().get(0).traceback().format())
                .containsExactly("  at runtime.makeslice(slice.go:2)", "  at main.work(main.go:1)");
    }

    @Test
    void unpackedRepeatedFieldsLoad() throws IOException {
        ByteArrayOutputStream sample = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(sample);
        out.writeUInt64(Schema.SAMPLE_LOCATION_ID, 1);
        out.writeUInt64(Schema.SAMPLE_LOCATION_ID, 2);
        for (long value : new long[] {2, 64, 1, 32}) {
            out.writeInt64(Schema.SAMPLE_VALUE, value);
        }
        out.writeFixed32(777, 5);
        out.writeFixed64(778, 5);
        out.writeString(779, "unknown");
        out.writeUInt64(780, 5);
        out.flush();
        Profile tables = heapTypes(tables()).build();
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        CodedOutputStream profile = CodedOutputStream.newInstance(file);
        profile.writeByteArray(Schema.PROFILE_SAMPLE, sample.toByteArray());
        profile.writeString(9999, "unknown");
        tables.writeTo(profile);
        profile.flush();

        Snapshot snapshot = Bytes.read(file.toByteArray());

        Trace trace = snapshot.traces().get(0);
        assertThat(trace.traceback().frames()).hasSize(3);
        assertThat(trace.allocatedBytes()).isEqualTo(64);
        assertThat(trace.liveBytes()).isEqualTo(32);
    }

    /** As protobuf libraries do that keep unknown fields: known ones in their order first. */
    @Test
    void ourOwnFileRewrittenByAnotherToolStaysComplete() throws IOException {
        for (long seed = 0; seed < 100; seed++) {
            Snapshot original = RandomSnapshots.of(seed);
            byte[] rewritten =
                    Profile.parseFrom(Bytes.gunzip(Bytes.written(original))).toByteArray();

            Snapshot copy = Bytes.read(rewritten);

            assertThat(Canonical.text(copy)).as("seed %d", seed).isEqualTo(Canonical.text(original));
        }
    }

    @Test
    void ourOwnFileWithoutOurFieldsKeepsTheSums() throws IOException {
        for (long seed = 0; seed < 100; seed++) {
            Snapshot original = RandomSnapshots.of(seed);
            Profile.Builder stripped = Profile.parseFrom(Bytes.gunzip(Bytes.written(original))).toBuilder();
            stripped.clearFormatVersion();
            stripped.getSampleBuilderList().forEach(ForeignProfileTest::stripped);

            Snapshot copy = Bytes.read(stripped.build().toByteArray());

            assertThat(copy.totalBytes(Metric.ALLOCATED)).isEqualTo(sum(original, Metric.ALLOCATED));
            assertThat(copy.totalBytes(Metric.LIVE)).isEqualTo(sum(original, Metric.LIVE));
        }
    }

    private static long sum(Snapshot snapshot, Metric metric) {
        return snapshot.has(metric) ? snapshot.totalBytes(metric) : 0;
    }

    private static void stripped(Sample.Builder sample) {
        List<Long> locations = List.copyOf(sample.getLocationIdList());
        List<Long> values = List.copyOf(sample.getValueList());
        List<Label> labels = List.copyOf(sample.getLabelList());
        sample.clear().addAllLocationId(locations).addAllValue(values).addAllLabel(labels);
    }

    private static Profile.Builder goHeap() {
        Profile.Builder profile = heapTypes(tables());
        profile.setPeriodType(type(7, 4)).setPeriod(524_288).setTimeNanos(1_800_000_000_000_000_000L);
        profile.addComment(17);
        profile.addSample(Sample.newBuilder()
                .addLocationId(1)
                .addLocationId(2)
                .addAllValue(List.of(10L, 10_240L, 4L, 4096L))
                .addLabel(Label.newBuilder().setKey(4).setNum(1024))
                .addLabel(Label.newBuilder().setKey(13).setStr(14)));
        profile.addSample(Sample.newBuilder().addLocationId(2).addAllValue(List.of(1L, 100L, 0L, 0L)));
        return profile;
    }

    /** Location 1 is makeslice inlined into main.work; location 2 has no symbols. */
    private static Profile.Builder tables() {
        return Profile.newBuilder()
                .addAllStringTable(STRINGS)
                .addMapping(Mapping.newBuilder().setId(1).setFilename(12))
                .addFunction(Function.newBuilder().setId(1).setName(8).setFilename(9))
                .addFunction(Function.newBuilder().setId(2).setName(10).setFilename(11))
                .addLocation(Location.newBuilder()
                        .setId(1)
                        .setMappingId(1)
                        .setAddress(0x4a2000)
                        .addLine(Line.newBuilder().setFunctionId(2).setLine(103))
                        .addLine(Line.newBuilder().setFunctionId(1).setLine(12)))
                .addLocation(Location.newBuilder().setId(2).setMappingId(1).setAddress(0x4a2f10));
    }

    private static Profile.Builder heapTypes(Profile.Builder profile) {
        return profile.addSampleType(type(1, 2))
                .addSampleType(type(3, 4))
                .addSampleType(type(5, 2))
                .addSampleType(type(6, 4));
    }

    private static ValueType type(int name, int unit) {
        return ValueType.newBuilder().setType(name).setUnit(unit).build();
    }
}
