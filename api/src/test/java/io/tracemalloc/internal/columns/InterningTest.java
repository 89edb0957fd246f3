package io.tracemalloc.internal.columns;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class InterningTest {

    @Test
    void givesEqualLongsEqualDenseIds() {
        Random random = new Random(1);
        LongTable table = new LongTable();
        Map<Long, Integer> reference = new HashMap<>();

        for (int i = 0; i < 50_000; i++) {
            long key = (long) random.nextInt(300) << 32 | random.nextInt(100);
            int expected = reference.computeIfAbsent(key, each -> reference.size());
            assertThat(table.intern(key)).isEqualTo(expected);
        }

        assertThat(table.size()).isEqualTo(reference.size());
        reference.forEach((key, id) -> assertThat(table.key(id)).isEqualTo(key));
    }

    @Test
    void givesEqualSequencesWithEqualTagsEqualDenseIds() {
        Random random = new Random(2);
        SequenceTable table = new SequenceTable();
        Map<List<Integer>, Integer> reference = new HashMap<>();

        for (int i = 0; i < 20_000; i++) {
            int[] values = random.ints(random.nextInt(5), 0, 7).toArray();
            int tag = random.nextInt(3);
            List<Integer> key = new ArrayList<>(Arrays.stream(values).boxed().toList());
            key.add(tag);
            int expected = reference.computeIfAbsent(key, each -> reference.size());
            assertThat(table.intern(values, 0, values.length, tag)).isEqualTo(expected);
        }

        assertThat(table.size()).isEqualTo(reference.size());
        reference.forEach((key, id) -> assertThat(contents(table, id)).isEqualTo(key));
    }

    private static List<Integer> contents(SequenceTable table, int id) {
        List<Integer> contents = new ArrayList<>();
        for (int i = 0; i < table.length(id); i++) {
            contents.add(table.get(id, i));
        }
        contents.add(table.tag(id));
        return contents;
    }

    @Test
    void givesEqualRecordsEqualDenseIdsAlsoIfSomeWereAppended() {
        Random random = new Random(3);
        RecordTable table = new RecordTable();
        Map<List<Long>, Integer> reference = new HashMap<>();

        for (int i = 0; i < 50_000; i++) {
            int traceback = random.nextInt(40);
            int type = random.nextInt(5);
            int domain = random.nextInt(2);
            int thread = random.nextInt(3);
            long size = 8L * random.nextInt(4);
            List<Long> key = List.of((long) traceback, (long) type, (long) domain, (long) thread, size);
            Integer known = reference.get(key);
            if (known == null && random.nextBoolean()) {
                reference.put(key, table.append(traceback, type, domain, thread, size));
            } else {
                int expected = known == null ? reference.size() : known;
                assertThat(table.intern(traceback, type, domain, thread, size)).isEqualTo(expected);
                reference.put(key, expected);
            }
        }

        assertThat(table.size()).isEqualTo(reference.size());
    }

    @Test
    void tellsRecordsApartWhateverTheirSizesAndOwners() {
        Random random = new Random(4);
        int[] numbers = {0, 1, 2, 1 << 30, Integer.MAX_VALUE};
        long[] sizes = {0, 16, Integer.MAX_VALUE, 1L << 31, (1L << 31) + 16, (1L << 32) + 16, Long.MAX_VALUE};
        RecordTable table = new RecordTable();
        Map<List<Long>, Integer> reference = new HashMap<>();

        for (int i = 0; i < 50_000; i++) {
            int traceback = numbers[random.nextInt(numbers.length)];
            int type = numbers[random.nextInt(numbers.length)];
            int domain = numbers[random.nextInt(numbers.length)];
            int thread = numbers[random.nextInt(numbers.length)];
            long size = sizes[random.nextInt(sizes.length)];
            List<Long> key = List.of((long) traceback, (long) type, (long) domain, (long) thread, size);
            int expected = reference.computeIfAbsent(key, each -> reference.size());
            assertThat(table.intern(traceback, type, domain, thread, size)).isEqualTo(expected);
        }

        assertThat(table.size()).isEqualTo(reference.size()).isGreaterThan(4_000);
    }

    @Test
    void findsTheFirstOfEqualRecordsThatWereAppended() {
        RecordTable table = new RecordTable();
        long[] sizes = new long[200_000];
        Arrays.fill(sizes, 24);
        table.append(1, 2, 3, 4, 16);
        int first = table.append(1, 2, 3, 4, sizes, sizes.length);

        assertThat(table.intern(1, 2, 3, 4, 24)).isEqualTo(first);
        assertThat(table.intern(1, 2, 3, 4, 32)).isEqualTo(1 + sizes.length);
    }
}
