package io.tracemalloc.internal.columns;

/** The identities of records, as columns. Not safe for several threads while it grows. */
public final class RecordTable {

    private static final int FAST_GROWTH = 1 << 20;

    private final LongColumn traceback;
    private final LongColumn type;
    private final LongColumn domain;
    private final LongColumn thread;
    private final LongColumn blockSize;
    /** Hash in the upper half, id + 1 in the lower; 0 is free. */
    private long[] slots = {};

    private int indexed;

    /** An empty table. */
    public RecordTable() {
        this(new LongColumn(), new LongColumn(), new LongColumn(), new LongColumn(), new LongColumn());
    }

    private RecordTable(
            LongColumn traceback, LongColumn type, LongColumn domain, LongColumn thread, LongColumn blockSize) {
        this.traceback = traceback;
        this.type = type;
        this.domain = domain;
        this.thread = thread;
        this.blockSize = blockSize;
    }

    /** The same records without the index that finds equal ones; shares the columns, so neither may grow any more. */
    public RecordTable finished() {
        return withTracebacks(traceback);
    }

    /** The same records with other tracebacks; shares all other columns, so neither may grow any more. */
    public RecordTable withTracebacks(LongColumn other) {
        return new RecordTable(other, type, domain, thread, blockSize);
    }

    /** Number of records. */
    public int size() {
        return traceback.size();
    }

    /** Traceback ids. */
    public LongColumn tracebacks() {
        return traceback;
    }

    /** Type ids. */
    public LongColumn types() {
        return type;
    }

    /** Domains. */
    public LongColumn domains() {
        return domain;
    }

    /** Thread ids. */
    public LongColumn threads() {
        return thread;
    }

    /** Bytes of each block, 0 if they differ. */
    public LongColumn blockSizes() {
        return blockSize;
    }

    /** Appends a record. */
    public int append(int tracebackId, int typeId, int domainId, int threadId, long size) {
        int id = traceback.size();
        if (id == Integer.MAX_VALUE) {
            throw new IllegalStateException("a snapshot holds at most " + Integer.MAX_VALUE + " records");
        }
        traceback.append(tracebackId);
        type.append(typeId);
        domain.append(domainId);
        thread.append(threadId);
        blockSize.append(size);
        return id;
    }

    /** Appends records that differ in block size only, and returns the id of the first. */
    public int append(int tracebackId, int typeId, int domainId, int threadId, long[] sizes, int length) {
        int first = traceback.size();
        if (length > Integer.MAX_VALUE - first) {
            throw new IllegalStateException("a snapshot holds at most " + Integer.MAX_VALUE + " records");
        }
        traceback.appendTimes(tracebackId, length);
        type.appendTimes(typeId, length);
        domain.appendTimes(domainId, length);
        thread.appendTimes(threadId, length);
        blockSize.append(sizes, length);
        return first;
    }

    /** Appends records. */
    public void append(
            long[] tracebackIds, long[] typeIds, long[] domainIds, long[] threadIds, long[] sizes, int length) {
        traceback.append(tracebackIds, length);
        type.append(typeIds, length);
        domain.append(domainIds, length);
        thread.append(threadIds, length);
        blockSize.append(sizes, length);
    }

    /** The id of the record with this identity, appended if it is new. */
    public int intern(int tracebackId, int typeId, int domainId, int threadId, long size) {
        indexAppended();
        int hash = hash(tracebackId, typeId, domainId, threadId, size);
        int mask = slots.length - 1;
        int slot = hash & mask;
        while (slots[slot] != 0) {
            int id = (int) slots[slot] - 1;
            if ((int) (slots[slot] >>> 32) == hash && equal(id, tracebackId, typeId, domainId, threadId, size)) {
                return id;
            }
            slot = (slot + 1) & mask;
        }
        slots[slot] = entry(hash, size());
        indexed++;
        return append(tracebackId, typeId, domainId, threadId, size);
    }

    private boolean equal(int id, int tracebackId, int typeId, int domainId, int threadId, long size) {
        return traceback.get(id) == tracebackId
                && blockSize.get(id) == size
                && type.get(id) == typeId
                && thread.get(id) == threadId
                && domain.get(id) == domainId;
    }

    private static long entry(int hash, int id) {
        return ((long) hash << 32) | (id + 1);
    }

    private void indexAppended() {
        if (slots.length == 0 || Hashing.crowded(size(), slots.length)) {
            grow();
        }
        while (indexed < size()) {
            int id = indexed++;
            int hash = hash(
                    (int) traceback.get(id),
                    (int) type.get(id),
                    (int) domain.get(id),
                    (int) thread.get(id),
                    blockSize.get(id));
            insert(slots, entry(hash, id));
        }
    }

    private void grow() {
        long[] larger = new long[slotsFor(size())];
        for (long entry : slots) {
            if (entry != 0) {
                insert(larger, entry);
            }
        }
        slots = larger;
    }

    private static int slotsFor(int entries) {
        // Small tables grow in larger steps: most of the work of growing is the last step.
        long factor = entries < FAST_GROWTH ? 8 : 4;
        return (int) Math.max(64, Math.min(factor * Integer.highestOneBit(entries), 1 << 30));
    }

    private static void insert(long[] table, long entry) {
        int mask = table.length - 1;
        int slot = (int) (entry >>> 32) & mask;
        while (table[slot] != 0) {
            slot = (slot + 1) & mask;
        }
        table[slot] = entry;
    }

    private static int hash(int tracebackId, int typeId, int domainId, int threadId, long size) {
        long where = ((long) tracebackId << 32) ^ typeId;
        long who = ((long) domainId << 32) ^ threadId;
        return Hashing.mix(Hashing.mix(Hashing.mix(where), size), who);
    }
}
