package io.tracemalloc.capture.bytebuddy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.DoubleAdder;
import org.jspecify.annotations.Nullable;

/**
 * What was sampled, by slot and stack: the weights that split the exact totals.
 *
 * <p>Safe for any thread.
 */
final class Samples {

    /** What a cell takes. */
    static final long CELL_BYTES = 200;

    /** The sampled blocks of one slot with one stack. */
    static final class Cell {
        final int slot;
        final Tracebacks.Stack stack;
        private final DoubleAdder blocks = new DoubleAdder();
        private final DoubleAdder bytes = new DoubleAdder();

        Cell(int slot, Tracebacks.Stack stack) {
            this.slot = slot;
            this.stack = stack;
        }

        void add(double weight, long sizeBytes) {
            blocks.add(weight);
            bytes.add(weight * sizeBytes);
        }

        /** Estimated blocks. */
        double blocks() {
            return blocks.sum();
        }

        /** Their estimated bytes. */
        double bytes() {
            return bytes.sum();
        }
    }

    /* Spelled out: linking a record's own methods would cost milliseconds at start-up. */
    private record Key(int slot, int stack) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key that && slot == that.slot && stack == that.stack;
        }

        @Override
        public int hashCode() {
            return stack * 31 + slot;
        }
    }

    private final ConcurrentHashMap<Key, Cell> cells = new ConcurrentHashMap<>();

    Cell cell(int slot, Tracebacks.Stack stack) {
        Key key = new Key(slot, stack.id());
        Cell cell = cells.get(key);
        if (cell == null) {
            Cell made = new Cell(slot, stack);
            Cell earlier = cells.putIfAbsent(key, made);
            cell = earlier == null ? made : earlier;
        }
        return cell;
    }

    /** All cells, those of one slot together. */
    List<Cell> bySlot() {
        List<Cell> all = new ArrayList<>(cells.values());
        all.sort((a, b) ->
                a.slot != b.slot ? Integer.compare(a.slot, b.slot) : Integer.compare(a.stack.id(), b.stack.id()));
        return all;
    }

    void clear() {
        cells.clear();
    }

    long overheadBytes() {
        return cells.mappingCount() * CELL_BYTES;
    }
}
