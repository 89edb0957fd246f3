package io.tracemalloc.internal.analysis;

import io.tracemalloc.internal.columns.LongColumn;
import io.tracemalloc.internal.columns.LongTable;
import io.tracemalloc.internal.columns.RecordColumns;
import io.tracemalloc.internal.columns.RecordTable;
import io.tracemalloc.spi.AllocationGroup;

/** The distinct combinations of traceback, class, domain and thread: what plug-ins are asked about. */
final class AllocationGroups implements RecordSums.Ids {

    private final RecordColumns data;
    private final LongTable sites = new LongTable();
    private final LongTable owners = new LongTable();
    private final LongTable groups = new LongTable();
    private final int[] tracebacks = new int[LongColumn.SEGMENT];
    private final int[] types = new int[LongColumn.SEGMENT];
    private final int[] domains = new int[LongColumn.SEGMENT];
    private final int[] threads = new int[LongColumn.SEGMENT];

    AllocationGroups(RecordColumns data) {
        this.data = data;
    }

    @Override
    public int read(int segment, int length, int[] target) {
        RecordTable records = data.records();
        records.tracebacks().read(segment, length, tracebacks);
        records.types().read(segment, length, types);
        records.domains().read(segment, length, domains);
        records.threads().read(segment, length, threads);
        int owner = owners.intern(domains[0], threads[0]);
        for (int i = 0; i < length; i++) {
            // Neighbours mostly share domain and thread.
            if (i > 0 && (domains[i] != domains[i - 1] || threads[i] != threads[i - 1])) {
                owner = owners.intern(domains[i], threads[i]);
            }
            target[i] = groups.intern(sites.intern(tracebacks[i], types[i]), owner);
        }
        return groups.size();
    }

    int size() {
        return groups.size();
    }

    AllocationGroup group(int id) {
        long site = sites.key((int) (groups.key(id) >>> 32));
        long owner = owners.key((int) groups.key(id));
        return new AllocationGroup(
                data.tracebackObject((int) (site >>> 32)),
                data.typeName((int) site),
                (int) (owner >>> 32),
                data.threadName((int) owner),
                data.threadHost((int) owner));
    }
}
