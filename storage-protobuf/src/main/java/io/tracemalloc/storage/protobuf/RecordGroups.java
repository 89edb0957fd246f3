package io.tracemalloc.storage.protobuf;

import io.tracemalloc.spi.SnapshotColumns;
import java.io.IOException;
import java.util.Arrays;

/**
 * Visits the records of a snapshot in groups that differ in block size only.
 *
 * <p>Groups come in the order of their tracebacks, then of class, domain and thread; the records of a group by ascending
 * block size. Not safe for several threads at once.
 */
final class RecordGroups {

    /*
     * Memory is bounded by the capacity of the rows however many records there are: the tracebacks are cut into ranges
     * of at most that many records, and each range is one pass over the tracebacks of all records. Such a pass costs
     * about a nanosecond a record, so 100 million records cost 25 passes, 2.5 s; most snapshots need one.
     */

    /** A traceback of more records comes in several groups, so that the buffers of kinds stay small. */
    private static final int PIECE = 1 << 18;

    /** Takes the groups. */
    interface Visitor {
        /** The rows of these keys, from inclusive, to exclusive, all of one kind. */
        void group(int traceback, long kind, long[] keys, int from, int to) throws IOException;
    }

    private final SnapshotColumns columns;
    private final Usage usage;
    private final Rows rows;
    private final Visitor visitor;
    private final RecordBlock block;
    private long[] kinds = new long[0];
    private long[] ordered = new long[0];

    RecordGroups(SnapshotColumns columns, Usage usage, Rows rows, Visitor visitor) {
        this.columns = columns;
        this.usage = usage;
        this.rows = rows;
        this.visitor = visitor;
        block = new RecordBlock(columns);
    }

    void visit() throws IOException {
        int tracebacks = columns.tracebackCount();
        int first = 0;
        while (first < tracebacks) {
            long records = usage.records(first);
            int end = first + 1;
            while (end < tracebacks && records + usage.records(end) <= rows.capacity()) {
                records += usage.records(end++);
            }
            if (records > rows.capacity()) {
                visitLarge(first);
            } else if (records > 0) {
                visitRange(first, end);
            }
            first = end;
        }
    }

    private void visitRange(int first, int end) throws IOException {
        int[] place = new int[end - first];
        for (int i = 1; i < place.length; i++) {
            place[i] = place[i - 1] + usage.records(first + i - 1);
        }
        rows.clear();
        for (long start = 0; start < columns.recordCount(); start += RecordBlock.LENGTH) {
            block.read((int) start);
            for (int at = 0; at < block.length(); at++) {
                int i = block.traceback(at) - first;
                if (i >= 0 && i < place.length) {
                    rows.put(place[i]++, block, at);
                }
            }
        }
        int from = 0;
        for (int i = 0; i < place.length; i++) {
            visitPieces(first + i, from, place[i]);
            from = place[i];
        }
    }

    /** One traceback with more records than there is room for. */
    private void visitLarge(int traceback) throws IOException {
        rows.clear();
        int size = 0;
        for (long start = 0; start < columns.recordCount(); start += RecordBlock.LENGTH) {
            block.read((int) start);
            for (int at = 0; at < block.length(); at++) {
                if (block.traceback(at) == traceback) {
                    if (size == rows.capacity()) {
                        visitPieces(traceback, 0, size);
                        rows.clear();
                        size = 0;
                    }
                    rows.put(size++, block, at);
                }
            }
        }
        visitPieces(traceback, 0, size);
    }

    private void visitPieces(int traceback, int from, int to) throws IOException {
        for (int start = from; start < to; start += PIECE) {
            visitPiece(traceback, start, Math.min(to, start + PIECE));
        }
    }

    private void visitPiece(int traceback, int from, int to) throws IOException {
        long[] keys = rows.keys();
        rows.sort(from, to);
        long kind = rows.kind(keys[from]);
        for (int i = from + 1; i < to; i++) {
            if (rows.kind(keys[i]) != kind) {
                visitKinds(traceback, from, to);
                return;
            }
        }
        visitor.group(traceback, kind, keys, from, to);
    }

    /** Counting sort by kind; it keeps the order by size. */
    private void visitKinds(int traceback, int from, int to) throws IOException {
        int size = to - from;
        if (kinds.length < size) {
            kinds = new long[size];
            ordered = new long[size];
        }
        for (int i = 0; i < size; i++) {
            kinds[i] = rows.kind(rows.keys()[from + i]);
        }
        long[] distinct = Arrays.stream(kinds, 0, size).sorted().distinct().toArray();
        int[] place = new int[distinct.length + 1];
        for (int i = 0; i < size; i++) {
            place[Arrays.binarySearch(distinct, kinds[i]) + 1]++;
        }
        for (int i = 1; i < place.length; i++) {
            place[i] += place[i - 1];
        }
        for (int i = 0; i < size; i++) {
            ordered[place[Arrays.binarySearch(distinct, kinds[i])]++] = rows.keys()[from + i];
        }
        int start = 0;
        for (int i = 0; i < distinct.length; i++) {
            visitor.group(traceback, distinct[i], ordered, start, place[i]);
            start = place[i];
        }
    }
}
