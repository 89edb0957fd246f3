package io.tracemalloc.internal.columns;

/** The identities of records, as columns. Not safe for several threads while it grows. */
public final class RecordTable {

    private final LongColumn traceback;
    private final LongColumn type;
    private final LongColumn domain;
    private final LongColumn thread;
    private final LongColumn blockSize;
    private final RecordIndex index = new RecordIndex();
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

    /** The id of the first record with this identity, appended if there is none. */
    public int intern(int tracebackId, int typeId, int domainId, int threadId, long size) {
        indexAppended();
        int id = index.intern(tracebackId, typeId, domainId, threadId, size, size());
        if (id == size()) {
            append(tracebackId, typeId, domainId, threadId, size);
            indexed = size();
        }
        return id;
    }

    private void indexAppended() {
        while (indexed < size()) {
            int id = indexed++;
            index.intern(
                    (int) traceback.get(id),
                    (int) type.get(id),
                    (int) domain.get(id),
                    (int) thread.get(id),
                    blockSize.get(id),
                    id);
        }
    }
}
