package io.tracemalloc.storage.protobuf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import io.tracemalloc.Snapshot;
import io.tracemalloc.SnapshotFormatException;
import io.tracemalloc.storage.protobuf.schema.Function;
import io.tracemalloc.storage.protobuf.schema.Label;
import io.tracemalloc.storage.protobuf.schema.Line;
import io.tracemalloc.storage.protobuf.schema.Location;
import io.tracemalloc.storage.protobuf.schema.Profile;
import io.tracemalloc.storage.protobuf.schema.Sample;
import io.tracemalloc.storage.protobuf.schema.ValueType;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever comes in, a whole snapshot or one line of text comes out. */
class HostileInputTest {

    private static final long SEED = 7;

    @Test
    void fileCutAnywhereIsRefused() {
        byte[] whole = Bytes.written(RandomSnapshots.of(SEED));

        for (int length = 0; length < whole.length; length++) {
            assertRefused(Arrays.copyOf(whole, length), "cut at " + length);
        }
    }

    @Test
    void plainFileCutAnywhereIsRefused() throws IOException {
        byte[] whole = Bytes.gunzip(Bytes.written(RandomSnapshots.of(SEED)));

        for (int length = 0; length < whole.length; length++) {
            assertRefused(Arrays.copyOf(whole, length), "cut at " + length);
        }
    }

    @Test
    void flippedBitIsRefusedOrChangesNothing() {
        Snapshot original = RandomSnapshots.of(SEED);
        byte[] whole = Bytes.written(original);
        int harmless = 0;
        for (int bit = 0; bit < whole.length * 8; bit++) {
            byte[] flipped = whole.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            try {
                Snapshot read = Bytes.read(flipped);
                assertThat(Canonical.text(read)).as("bit %d", bit).isEqualTo(Canonical.text(original));
                harmless++;
            } catch (IOException refused) {
                assertOneLine(refused, "bit " + bit);
            }
        }
        // Time, system and compression hint of the gzip header, its flag "is text", and bits that deflate does not use.
        assertThat(harmless).isBetween(6 * 8 + 1, 100);
    }

    @Test
    void damagedContentWithARightChecksumIsASnapshotOrOneLine() throws IOException {
        Random random = new Random(SEED);
        byte[][] whole = new byte[20][];
        for (int seed = 0; seed < whole.length; seed++) {
            whole[seed] = Bytes.gunzip(Bytes.written(RandomSnapshots.of(seed)));
        }
        for (int round = 0; round < 10_000; round++) {
            byte[] bytes = whole[round % whole.length].clone();
            for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            try {
                assertThat(Bytes.read(bytes).traces()).isNotNull();
            } catch (IOException refused) {
                assertOneLine(refused, "round " + round);
            }
        }
    }

    @Test
    void randomBytesAreRefused() {
        Random random = new Random(SEED);
        for (int round = 0; round < 10_000; round++) {
            byte[] bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);

            assertRefused(bytes, "round " + round);
        }
    }

    @Test
    void bytesBehindTheEndAreRefused() {
        byte[] whole = Bytes.written(RandomSnapshots.of(SEED));

        assertMessage(join(whole, new byte[] {0}), "expected the end of the snapshot, found more bytes behind it");
        assertMessage(
                join(whole, "garbage garbage".getBytes(StandardCharsets.US_ASCII)),
                "expected the end of the snapshot, found more bytes behind it");
        assertMessage(join(whole, whole), "expected one snapshot, found a second one behind it");
    }

    @Test
    void severalGzipMembersAreOneFile() throws IOException {
        Snapshot original = RandomSnapshots.of(SEED);
        byte[] plain = Bytes.gunzip(Bytes.written(original));
        byte[] members =
                join(Bytes.gzip(Arrays.copyOf(plain, 100)), Bytes.gzip(Arrays.copyOfRange(plain, 100, plain.length)));

        assertThat(Canonical.text(Bytes.read(members))).isEqualTo(Canonical.text(original));
    }

    @Test
    void gzipHeaderWithNameCommentExtraAndChecksumIsRead() throws IOException {
        Snapshot original = RandomSnapshots.of(SEED);
        byte[] whole = Bytes.written(original);
        byte[] head = HexFormat.of().parseHex("1f8b081e00000000" + "00ff" + "0300aabbcc" + "6100" + "6200" + "0000");

        Snapshot read = Bytes.read(join(head, Arrays.copyOfRange(whole, 10, whole.length)));

        assertThat(Canonical.text(read)).isEqualTo(Canonical.text(original));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "89504e470d0a1a0a0000000d49484452 | a PNG image",
                "464c5200000200010000000000010203 | a JFR recording",
                "4a4156412050524f46494c4520312e30 | a heap dump (hprof)",
                "cafebabe0000003d | a Java class file",
                "504b03041400080808 | a ZIP or JAR archive",
                "80049501000000000000004e2e | a Python pickle",
                "28b52ffd24 | zstd-compressed data",
                "7b22736368656d61223a20312c0d0a | a text file",
                "68656c6c6f20776f726c64 | a text file",
                "000000000000000000 | zero bytes",
            })
    void foreignFileIsNamed(String hex, String what) throws IOException {
        byte[] bytes = HexFormat.of().parseHex(hex);

        assertMessage(bytes, "expected a snapshot (pprof heap profile), found " + what);
        assertMessage(Bytes.gzip(bytes), "expected a snapshot (pprof heap profile), found " + what);
        assertThat(new ProtobufSnapshotFormat().reads(bytes)).isFalse();
    }

    @Test
    void emptyFileIsRefused() throws IOException {
        String message = "expected a snapshot (pprof heap profile), found nothing: it is empty";

        assertMessage(new byte[0], message);
        assertMessage(Bytes.gzip(new byte[0]), message);
        assertThat(new ProtobufSnapshotFormat().reads(new byte[0])).isFalse();
    }

    @Test
    void refusesFileFromNewerVersion() {
        byte[] newer = Profile.newBuilder().setFormatVersion(2).build().toByteArray();

        assertMessage(newer, "expected format version 1, found 2: the file was written by a newer tracemalloc");
    }

    @Test
    void profileOfAnotherKindIsRefused() {
        Profile.Builder cpu = Profile.newBuilder().addAllStringTable(List.of("", "samples", "cpu"));
        cpu.addSampleType(ValueType.newBuilder().setType(1))
                .addSampleType(ValueType.newBuilder().setType(2));

        assertMessage(
                cpu.build().toByteArray(),
                "expected a heap profile with alloc_space or inuse_space, found one of samples, cpu");
    }

    @Test
    void bytesInAnotherUnitAreRefused() {
        Profile.Builder large = Profile.newBuilder().addAllStringTable(List.of("", "inuse_space", "kilobytes"));
        large.addSampleType(ValueType.newBuilder().setType(1).setUnit(2));

        assertMessage(large.build().toByteArray(), "expected inuse_space in bytes, found kilobytes");
    }

    @Test
    void messageStaysOneShortLineWhateverTheNames() {
        Profile.Builder other = Profile.newBuilder().addAllStringTable(List.of("", "a\nb\u001b[31m", "x".repeat(1000)));
        other.addSampleType(ValueType.newBuilder().setType(1))
                .addSampleType(ValueType.newBuilder().setType(2));
        IntStream.range(0, 100)
                .forEach(i -> other.addSampleType(ValueType.newBuilder().setType(1)));

        assertMessage(
                other.build().toByteArray(),
                "expected a heap profile with alloc_space or inuse_space, found one of a?b?[31m, " + "x".repeat(40)
                        + "..., a?b?[31m, a?b?[31m and 98 more");
    }

    @Test
    void differenceOfProfilesIsRefused() {
        Profile.Builder profile = heap().addSample(Sample.newBuilder().addValue(-5));

        assertMessage(
                profile.build().toByteArray(),
                "expected values of 0 or more, found -5: is it a difference of two profiles?");
    }

    @Test
    void referencesToNothingAreRefused() {
        assertMessage(
                heap().addSample(Sample.newBuilder().addLocationId(3).addValue(5))
                        .build()
                        .toByteArray(),
                "expected a location with id 3, found none: the file is damaged");
        assertMessage(
                heap().addSample(Sample.newBuilder().addValue(5).addValue(6))
                        .build()
                        .toByteArray(),
                "expected 1 values in each sample, found 2: the file is damaged");
        assertMessage(
                heap().addComment(99).build().toByteArray(),
                "expected a string with number 99, found 2: the file is damaged");
        assertMessage(
                heap().addFunction(Function.newBuilder().setId(4))
                        .addFunction(Function.newBuilder().setId(4))
                        .build()
                        .toByteArray(),
                "expected a function with an id of its own, found 4");
    }

    @Test
    void hostThatIsNoStringOfTheFileIsRefused() {
        for (long host : new long[] {5, -1, Long.MAX_VALUE, 1L << 32}) {
            Profile.Builder profile = heap().addStringTable("host")
                    .addSample(Sample.newBuilder()
                            .addValue(5)
                            .addLabel(Label.newBuilder().setKey(2).setStr(host)));

            assertMessage(
                    profile.build().toByteArray(),
                    "expected a string with number " + host + ", found 3: the file is damaged");
        }
    }

    @Test
    void everyThreadOnEveryHostIsSetAgainstTheBudget() {
        Profile.Builder profile =
                heap().addAllStringTable(List.of("host", "thread")).setFormatVersion(1);
        IntStream.range(0, 300).forEach(i -> profile.addStringTable("name-" + i));
        for (int pair = 0; pair < 300 * 300; pair++) {
            profile.addSample(Sample.newBuilder()
                    .addValue(1)
                    .addLabel(Label.newBuilder().setKey(2).setStr(4 + pair % 300))
                    .addLabel(Label.newBuilder().setKey(3).setStr(4 + pair / 300)));
        }
        byte[] bytes = profile.setEnd(300 * 300 + 1).build().toByteArray();

        // Enough for 90,000 records, and too little for them and as many threads.
        MemoryBudget budget = new MemoryBudget(90_000L * 2 * MemoryBudget.RECORD);
        assertThatThrownBy(() -> SnapshotReader.read(new ByteArrayInputStream(bytes), budget))
                .isInstanceOf(SnapshotFormatException.class)
                .hasMessageContaining("found one that needs more than 4 MiB");
    }

    @Test
    void totalsBeyondALongAreRefused() {
        Profile.Builder profile = heap().addSample(Sample.newBuilder().addValue(Long.MAX_VALUE))
                .addSample(Sample.newBuilder().addValue(Long.MAX_VALUE));

        assertRefused(profile.build().toByteArray(), "sum of 2^64 - 2");
    }

    @Test
    void blocksThatDoNotAddUpAreRefused() {
        Sample.Builder other = Sample.newBuilder().addValue(100).addBlockSize(8).addBlockSize(8);
        Sample.Builder equal = Sample.newBuilder().addValue(0).addBlockSize(8).addBlockSize(0);
        Sample.Builder incomplete =
                Sample.newBuilder().addValue(0).addBlockSize(8).addBlockSize(8).addLiveCount(1);

        String expected = "expected ascending block sizes with their values, found ";
        assertMessage(ours(other), expected + "blocks that do not add up to the sample");
        assertMessage(ours(equal), expected + "block size 8 behind 8");
        assertMessage(ours(incomplete), expected + "1 values for 2 block sizes");
    }

    @Test
    void agesThatMakeNoSenseAreRefused() {
        String expected = "expected the ages of blocks, found ";
        assertMessage(ours(aged(0, 1, 1)), expected + "3 numbers: the file is damaged");
        assertMessage(
                ours(aged(2, 1, 1, 8)),
                expected + "block size 2 of 2 with age 1, count 1 and 8 bytes: the file is damaged");
        assertMessage(
                ours(aged(-1, 1, 1, 8)),
                expected + "block size -1 of 2 with age 1, count 1 and 8 bytes: the file is damaged");
        assertMessage(
                ours(aged(0, 64, 1, 8)),
                expected + "block size 0 of 2 with age 64, count 1 and 8 bytes: the file is damaged");
        assertMessage(
                ours(aged(0, 1, -1, 8)),
                expected + "block size 0 of 2 with age 1, count -1 and 8 bytes: the file is damaged");
        assertRefused(ours(aged(0, 1, 1, Long.MAX_VALUE, 1, 1, 1, 1)), "sum beyond a long");
        assertRefused(ours(aged(LongStream.range(0, 4 * 65_536 + 4).map(i -> 0).toArray())), "too many");
    }

    private static Sample.Builder aged(long... ages) {
        Sample.Builder sample = Sample.newBuilder().addValue(0).addBlockSize(8).addBlockSize(8);
        LongStream.of(ages).forEach(sample::addAge);
        return sample;
    }

    @Test
    void agesInFilesOfOthersMeanNothing() throws IOException {
        Snapshot snapshot = Bytes.read(heap().setAgeBuckets(9)
                .addSample(Sample.newBuilder().addValue(100).addAge(7))
                .build()
                .toByteArray());

        assertThat(snapshot.columns().ageBuckets()).isZero();
    }

    @Test
    void fieldsOfOurOwnMeanNothingInFilesOfOthers() throws IOException {
        Sample.Builder sample =
                Sample.newBuilder().addValue(100).addBlockSize(8).addBlockSize(8);

        Snapshot snapshot = Bytes.read(heap().addSample(sample).build().toByteArray());

        assertThat(snapshot.traces()).hasSize(1);
        assertThat(snapshot.traces().get(0).liveBytes()).isEqualTo(100);
    }

    @Test
    void tracebackOfMoreFramesThanTheJvmHasIsRefused() {
        Sample.Builder sample = Sample.newBuilder().addValue(1);
        IntStream.rangeClosed(0, 65_535).forEach(i -> sample.addLocationId(1));
        Profile.Builder profile =
                heap().addLocation(Location.newBuilder().setId(1)).addSample(sample);

        assertMessage(profile.build().toByteArray(), "expected at most 65535 numbers in one list, found more");
    }

    @Test
    void fewBytesThatStandForManyFramesAreRefused() {
        Location.Builder location = Location.newBuilder().setId(1);
        IntStream.range(0, 4000).forEach(i -> location.addLine(Line.newBuilder()));
        Profile.Builder profile = heap().addLocation(location);
        Sample sample = Sample.newBuilder()
                .addValue(1)
                .addAllLocationId(Stream.generate(() -> 1L).limit(16).toList())
                .build();
        IntStream.range(0, 1000).forEach(i -> profile.addSample(sample));

        assertRefused(profile.build().toByteArray(), "64 million frames in 20 kB");
    }

    @Test
    void lengthBeyondTheEndIsRefusedWithoutReservingIt() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        out.writeTag(Schema.PROFILE_STRING_TABLE, 2);
        out.writeUInt32NoTag(Integer.MAX_VALUE);
        out.flush();

        assertMessage(bytes.toByteArray(), "expected texts of at most 1048576 bytes, found one of 2147483647");
    }

    @Test
    void firstStringMustBeEmpty() {
        Profile.Builder profile = Profile.newBuilder().addStringTableBytes(ByteString.copyFromUtf8("x\u0001"));

        assertMessage(
                profile.build().toByteArray(),
                "expected a snapshot (pprof heap profile), found a first string that is not empty");
    }

    private static Profile.Builder heap() {
        return Profile.newBuilder()
                .addAllStringTable(List.of("", "inuse_space"))
                .addSampleType(ValueType.newBuilder().setType(1));
    }

    private static byte[] ours(Sample.Builder sample) {
        return heap().setFormatVersion(1).addSample(sample).setEnd(3).build().toByteArray();
    }

    private static void assertMessage(byte[] bytes, String message) {
        assertThatThrownBy(() -> Bytes.read(bytes))
                .isInstanceOf(SnapshotFormatException.class)
                .hasMessage(message);
    }

    private static void assertRefused(byte[] bytes, String what) {
        assertThatThrownBy(() -> Bytes.read(bytes)).as(what).satisfies(refused -> assertOneLine(refused, what));
    }

    private static void assertOneLine(Throwable refused, String what) {
        assertThat(refused).as(what).isInstanceOf(SnapshotFormatException.class);
        assertThat(refused.getMessage())
                .as(what)
                .startsWith("expected ")
                .contains("found")
                .doesNotContain("\n");
    }

    private static byte[] join(byte[] first, byte[] second) {
        byte[] joined = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, joined, first.length, second.length);
        return joined;
    }
}
