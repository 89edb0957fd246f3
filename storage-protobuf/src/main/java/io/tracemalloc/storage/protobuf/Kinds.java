package io.tracemalloc.storage.protobuf;

import io.tracemalloc.spi.SnapshotColumns;
import java.util.Arrays;

/**
 * Class, domain and thread of a record as one number, which orders by their names and the domain's number. A thread's
 * host is a part of it.
 */
final class Kinds {

    private final SnapshotColumns columns;
    private final Usage usage;
    private final int[] typeRank;
    private final int[] threadRank;
    private final int[] typeStrings;
    private final int[] threadStrings;
    private final int[] hostStrings;
    private final boolean oneDomain;

    Kinds(SnapshotColumns columns, Usage usage, StringTable strings) {
        this.columns = columns;
        this.usage = usage;
        typeRank = Usage.ranks(usage.types(), columns.typeCount());
        threadRank = Usage.ranks(usage.threads(), columns.threadCount());
        typeStrings = Arrays.stream(usage.types())
                .map(type -> strings.index(columns.typeName(type)))
                .toArray();
        threadStrings = Arrays.stream(usage.threads())
                .map(thread -> strings.index(columns.threadName(thread)))
                .toArray();
        hostStrings = Arrays.stream(usage.threads())
                .map(thread -> strings.index(columns.threadHost(thread)))
                .toArray();
        oneDomain = usage.domains().length == 1;
    }

    long of(int record) {
        return of(columns.type(record), columns.domain(record), columns.thread(record));
    }

    long of(int type, int domain, int thread) {
        long typeAndDomain = (long) typeRank[type] * usage.domains().length + domainRank(domain);
        return typeAndDomain * usage.threads().length + threadRank[thread];
    }

    private int domainRank(int domain) {
        return oneDomain ? 0 : Arrays.binarySearch(usage.domains(), domain);
    }

    /** String of the file that names the class. */
    int typeString(long kind) {
        long typeAndDomain = kind / usage.threads().length;
        return typeStrings[(int) (typeAndDomain / usage.domains().length)];
    }

    int domain(long kind) {
        long typeAndDomain = kind / usage.threads().length;
        return usage.domains()[(int) (typeAndDomain % usage.domains().length)];
    }

    /** String of the file that names the thread. */
    int threadString(long kind) {
        return threadStrings[(int) (kind % usage.threads().length)];
    }

    /** String of the file that names the host of the thread, 0 if it has none. */
    int hostString(long kind) {
        return hostStrings[(int) (kind % usage.threads().length)];
    }

    /** Whether any record has a host. */
    boolean hasHosts() {
        return Arrays.stream(hostStrings).anyMatch(string -> string != 0);
    }
}
