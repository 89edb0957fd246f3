package io.tracemalloc.storage.protobuf;

import io.tracemalloc.Metric;
import io.tracemalloc.spi.SnapshotColumns;
import java.util.Arrays;
import java.util.Comparator;

/**
 * A limited number of records, taken out of the columns in their order and then read in any order.
 *
 * <p>A row is one number, its key, and keys order by block size. Not safe for several threads at once.
 */
final class Rows {

    /*
     * Records come in any order, and reading a dozen columns of a hundred megabytes at random costs 300 ns a record, all
     * of it cache misses. So the columns are read front to back once, and all that a record needs later goes into one
     * long, which is put at its place: one store into one array, which is what a miss costs here too, and one sort of
     * primitives.
     *
     *   63 62                        22 21                0
     *   [0][ block size, at most 2^41-1 ][ shape, or special ]
     *
     * A special row is a record whose values fit no shape or that has ages, by its number in a list. Numbers below Shapes.MOST are shapes.
     */
    private static final int SHAPE_BITS = 22;

    /** Most rows there is room for, even if all are special. */
    static final int CAPACITY = (1 << SHAPE_BITS) - Shapes.MOST;

    private static final long MAX_SORTED_SIZE = Long.MAX_VALUE >>> SHAPE_BITS;

    private final SnapshotColumns columns;
    private final Kinds kinds;
    private final Shapes shapes = new Shapes();
    private final long[] counts = new long[Values.METRICS];
    private final long[] keys;
    private int[] specials = new int[64];
    private int specialCount;

    Rows(SnapshotColumns columns, Kinds kinds, int capacityWanted) {
        this.columns = columns;
        this.kinds = kinds;
        keys = new long[Math.min(columns.recordCount(), capacityWanted)];
    }

    int capacity() {
        return keys.length;
    }

    /** The keys by place. */
    long[] keys() {
        return keys;
    }

    /** Forgets all rows. */
    void clear() {
        specialCount = 0;
    }

    /** Puts a record of a block at this place. */
    void put(int place, RecordBlock block, int at) {
        long size = block.size(at);
        boolean special = block.copyCounts(at, counts) || !sortable(size) || block.isAged(at);
        int shape = Shapes.NONE;
        if (!special) {
            shape = shapes.intern(kinds.of(block.type(at), block.domain(at), block.thread(at)), counts);
        }
        long row = shape == Shapes.NONE ? Shapes.MOST + addSpecial(block.record(at)) : shape;
        keys[place] = (sortable(size) ? size : MAX_SORTED_SIZE) << SHAPE_BITS | row;
    }

    private int addSpecial(int record) {
        if (specialCount == specials.length) {
            specials = Arrays.copyOf(specials, 2 * specialCount);
        }
        specials[specialCount] = record;
        return specialCount++;
    }

    /** Orders the keys by block size. */
    void sort(int from, int to) {
        Arrays.sort(keys, from, to);
        int end = to;
        while (end > from && !sortable(keys[end - 1] >>> SHAPE_BITS)) {
            end--;
        }
        if (to - end > 1) {
            long[] huge = Arrays.stream(keys, end, to)
                    .boxed()
                    .sorted(Comparator.comparingLong(this::size))
                    .mapToLong(Long::longValue)
                    .toArray();
            System.arraycopy(huge, 0, keys, end, huge.length);
        }
    }

    /** Whether a key has room for this size. Blocks of 2 TiB and more are few: they may cost another look. */
    private static boolean sortable(long size) {
        return size < MAX_SORTED_SIZE;
    }

    long kind(long key) {
        int row = row(key);
        return row < Shapes.MOST ? shapes.kind(row) : kinds.of(special(row));
    }

    long size(long key) {
        long size = key >>> SHAPE_BITS;
        return sortable(size) ? size : columns.blockSize(special(row(key)));
    }

    long count(long key, int metric) {
        int row = row(key);
        return row < Shapes.MOST ? shapes.count(row, metric) : columns.count(special(row), Values.metric(metric));
    }

    /** Bytes less count times size. */
    long excess(long key, int metric) {
        int row = row(key);
        if (row < Shapes.MOST) {
            return 0;
        }
        int record = special(row);
        Metric name = Values.metric(metric);
        return columns.bytes(record, name) - columns.count(record, name) * columns.blockSize(record);
    }

    /** Whether the record has live blocks of known age. */
    boolean isAged(long key) {
        int row = row(key);
        return row >= Shapes.MOST && columns.isAged(special(row));
    }

    long agedCount(long key, int bucket) {
        return columns.agedCount(special(row(key)), bucket);
    }

    long agedBytes(long key, int bucket) {
        return columns.agedBytes(special(row(key)), bucket);
    }

    private int special(int row) {
        return specials[row - Shapes.MOST];
    }

    private static int row(long key) {
        return (int) key & ((1 << SHAPE_BITS) - 1);
    }
}
