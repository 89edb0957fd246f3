package io.tracemalloc.storage.protobuf;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import io.tracemalloc.Exactness;
import io.tracemalloc.Metric;
import io.tracemalloc.SnapshotInfo;
import io.tracemalloc.spi.SnapshotBuilder;
import io.tracemalloc.storage.protobuf.schema.Function;
import io.tracemalloc.storage.protobuf.schema.Label;
import io.tracemalloc.storage.protobuf.schema.Location;
import io.tracemalloc.storage.protobuf.schema.MetricInfo;
import io.tracemalloc.storage.protobuf.schema.Profile;
import io.tracemalloc.storage.protobuf.schema.Sample;
import io.tracemalloc.storage.protobuf.schema.ValueType;
import java.io.IOException;
import java.lang.reflect.Field;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The bytes as protobuf's own, generated code sees them. */
class SchemaTest {

    private static final int HEAP = 0;

    @Test
    void fieldNumbersAreThoseOfTheSchema() throws IllegalAccessException {
        Map<String, Integer> numbers = new HashMap<>();
        for (Descriptor message : Profile.getDescriptor().getFile().getMessageTypes()) {
            for (FieldDescriptor field : message.getFields()) {
                numbers.put(
                        upperSnake(message.getName()) + "_" + field.getName().toUpperCase(Locale.ROOT),
                        field.getNumber());
            }
        }
        int compared = 0;
        for (Field constant : Schema.class.getDeclaredFields()) {
            if (constant.getType() == int.class && numbers.containsKey(constant.getName())) {
                assertThat(constant.getInt(null)).as(constant.getName()).isEqualTo(numbers.get(constant.getName()));
                compared++;
            }
        }
        assertThat(compared).isEqualTo(52);
        assertThat(numbers.get("SAMPLE_ALLOCATED_COUNT")).isEqualTo(Schema.SAMPLE_FIRST_COLUMN + 2 * Values.ALLOCATED);
        assertThat(numbers.get("SAMPLE_LIVE_COUNT")).isEqualTo(Schema.SAMPLE_FIRST_COLUMN + 2 * Values.LIVE);
        assertThat(numbers.get("SAMPLE_PEAK_COUNT")).isEqualTo(Schema.SAMPLE_FIRST_COLUMN + 2 * Values.PEAK);
        assertThat(numbers.get("SAMPLE_TEMPORARY_EXCESS")).isEqualTo(Schema.SAMPLE_LAST_COLUMN);
    }

    @Test
    void writesTheHeapConventionOfPprof() throws IOException {
        Profile profile = profile(example());

        assertThat(profile.getSampleTypeList().stream().map(type -> text(profile, type)))
                .containsExactly(
                        "alloc_objects/count", "alloc_space/bytes", "inuse_objects/count", "inuse_space/bytes");
        assertThat(text(profile, profile.getPeriodType())).isEqualTo("space/bytes");
        assertThat(profile.getPeriod()).isEqualTo(524_288);
        assertThat(profile.getStringTable((int) profile.getDefaultSampleType())).isEqualTo("inuse_space");
        assertThat(profile.getTimeNanos()).isEqualTo(1_800_000_000_000_000_007L);
        assertThat(profile.getDurationNanos()).isEqualTo(5_000_000_000L);
        assertThat(profile.getTracebackLimit()).isEqualTo(8);
        assertThat(profile.getStringTable(0)).isEmpty();
        assertThat(profile.getUnknownFields().asMap()).isEmpty();
    }

    @Test
    void namesFunctionsAndFilesAsPprofDoes() throws IOException {
        Profile profile = profile(example());

        Sample sample = profile.getSample(0);
        Location top = profile.getLocation((int) sample.getLocationId(0) - 1);
        Function function = profile.getFunction((int) top.getLine(0).getFunctionId() - 1);
        assertThat(profile.getStringTable((int) function.getName())).isEqualTo("com.acme.Foo.bar");
        assertThat(profile.getStringTable((int) function.getFilename())).isEqualTo("com/acme/Foo.java");
        assertThat(top.getLine(0).getLine()).isEqualTo(42);
        assertThat(sample.getLocationIdCount()).isEqualTo(2);
    }

    @Test
    void blocksOfSeveralSizesShareASample() throws IOException {
        Profile profile = profile(example());

        Sample sample = profile.getSample(0);
        assertThat(sample.getValueList()).containsExactly(6L, 144L, 3L, 72L);
        assertThat(labels(profile, sample)).containsExactly("type=byte[]", "total_nframe=9");
        assertThat(sample.getBlockSizeList()).containsExactly(1L, 1L);
        assertThat(sample.getSizeShift()).isEqualTo(4);
        assertThat(sample.getAllocatedCountList()).isEmpty();
        assertThat(sample.getLiveCountList()).containsExactly(0L, 3L);
        assertThat(sample.getLiveExcessList()).containsExactly(0L, -24L);
    }

    @Test
    void blocksOfOneSizeHaveALabel() throws IOException {
        Profile profile = profile(example());

        Sample sample = profile.getSample(1);
        assertThat(sample.getValueList()).containsExactly(1L, 100L, 1L, 100L);
        assertThat(labels(profile, sample))
                .containsExactly("type=int[]", "thread=main", "domain=5", "total_nframe=9", "bytes=100 bytes");
        assertThat(sample.getBlockSizeCount()).isZero();
    }

    @Test
    void agesAreFourNumbersEach() throws IOException {
        SnapshotBuilder builder = example();
        builder.addAged(1, 2, 2, 48);
        builder.addAged(1, 0, 1, 24);
        builder.addAged(2, 5, 1, 100);

        Profile profile = profile(builder);

        assertThat(profile.getAgeBuckets()).isEqualTo(6);
        assertThat(profile.getSample(0).getAgeList()).containsExactly(1L, 0L, 1L, 24L, 1L, 2L, 2L, 48L);
        assertThat(profile.getSample(1).getAgeList()).containsExactly(0L, 5L, 1L, 100L);
    }

    @Test
    void factsOfOurOwnAreInOurFields() throws IOException {
        Profile profile = profile(example());

        List<String> metrics = new ArrayList<>();
        for (MetricInfo metric : profile.getMetricList()) {
            metrics.add(profile.getStringTable((int) metric.getMetric()) + " " + metric.getExactness());
        }
        assertThat(metrics).containsExactly("allocated EXACT_BY_SITE", "live EXACT");
        assertThat(profile.getFormatVersion()).isEqualTo(1);
        assertThat(profile.getDropped()).isEqualTo(11);
        assertThat(profile.getTruncated()).isEqualTo(12);
        assertThat(profile.getOverheadBytes()).isEqualTo(13);
        assertThat(profile.getEnd()).isEqualTo(4);
        assertThat(profile.getStringTable((int) profile.getAttribute(0).getValue()))
                .isEqualTo("OpenJDK");
        assertThat(profile.getStringTable((int) profile.getComment(0))).isEqualTo("jvm: OpenJDK");
    }

    private static SnapshotBuilder example() {
        SnapshotBuilder builder = new SnapshotBuilder();
        builder.recorded(Metric.ALLOCATED, Exactness.EXACT_BY_SITE);
        builder.recorded(Metric.LIVE, Exactness.EXACT);
        int top = builder.frame("com.acme.Foo", "bar", "com/acme/Foo.java", 42);
        int caller = builder.frame("com.acme.Foo", "main", "com/acme/Foo.java", 7);
        int traceback = builder.traceback(new int[] {top, caller}, 2, 9);
        int bytes = builder.type("byte[]");
        int small = builder.record(traceback, bytes, HEAP, 0, 16);
        builder.add(small, Metric.ALLOCATED, 3, 48);
        int large = builder.record(traceback, bytes, HEAP, 0, 32);
        builder.add(large, Metric.ALLOCATED, 3, 96);
        builder.add(large, Metric.LIVE, 3, 72);
        int other = builder.record(traceback, builder.type("int[]"), 5, builder.thread("main"), 100);
        builder.add(other, Metric.ALLOCATED, 1, 100);
        builder.add(other, Metric.LIVE, 1, 100);
        builder.dropped(11);
        builder.truncated(12);
        builder.overhead(13);
        builder.attribute("jvm", "OpenJDK");
        return builder;
    }

    private static Profile profile(SnapshotBuilder builder) throws IOException {
        SnapshotInfo info = new SnapshotInfo(
                Instant.ofEpochSecond(1_800_000_000, 7), Duration.ofSeconds(5), 8, 524_288, Metric.LIVE);
        return Profile.parseFrom(Bytes.gunzip(Bytes.written(builder.snapshot(info))));
    }

    private static String text(Profile profile, ValueType type) {
        return profile.getStringTable((int) type.getType()) + "/" + profile.getStringTable((int) type.getUnit());
    }

    private static List<String> labels(Profile profile, Sample sample) {
        List<String> labels = new ArrayList<>();
        for (Label label : sample.getLabelList()) {
            String value = label.getStr() == 0
                    ? label.getNum()
                            + (label.getNumUnit() == 0 ? "" : " " + profile.getStringTable((int) label.getNumUnit()))
                    : profile.getStringTable((int) label.getStr());
            labels.add(profile.getStringTable((int) label.getKey()) + "=" + value);
        }
        return labels;
    }

    private static String upperSnake(String camel) {
        return camel.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toUpperCase(Locale.ROOT);
    }
}
