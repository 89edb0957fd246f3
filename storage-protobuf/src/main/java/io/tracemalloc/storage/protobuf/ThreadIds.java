package io.tracemalloc.storage.protobuf;

import io.tracemalloc.SnapshotFormatException;
import io.tracemalloc.spi.AllocationSink;
import java.util.HashMap;
import java.util.Map;

/** Ids in the sink of the threads that samples refer to: each a name and, in files of several JVMs, a host. */
final class ThreadIds {

    private final FileStrings strings;
    private final MemoryBudget budget;
    private final AllocationSink sink;
    private final NameIds withoutHost;
    /** By the numbers of both strings. A damaged file may pair each name with each host, hence the budget. */
    private final Map<Long, Integer> withHost = new HashMap<>();

    ThreadIds(FileStrings strings, MemoryBudget budget, AllocationSink sink) {
        this.strings = strings;
        this.budget = budget;
        this.sink = sink;
        withoutHost = new NameIds(strings, sink::thread);
    }

    int id(long name, long host) throws SnapshotFormatException {
        return host == 0 ? withoutHost.id(name) : idWithHost(name, host);
    }

    private int idWithHost(long name, long host) throws SnapshotFormatException {
        // Both are checked before they make a key: a number beyond an int is no string of any file.
        String nameText = strings.get(name);
        String hostText = strings.get(host);
        long key = name << 32 | host;
        Integer known = withHost.get(key);
        if (known != null) {
            return known;
        }
        budget.take(2L * MemoryBudget.ENTRY);
        int id = sink.thread(nameText, hostText);
        withHost.put(key, id);
        return id;
    }
}
