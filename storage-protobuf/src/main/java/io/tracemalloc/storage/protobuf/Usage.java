package io.tracemalloc.storage.protobuf;

import io.tracemalloc.spi.SnapshotColumns;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * What the records of a snapshot refer to: a filtered snapshot shares the names of the whole one, and those that it
 * left out must not reach the file.
 */
final class Usage {

    private final int[] recordsOfTraceback;
    private final int[] types;
    private final int[] threads;
    private final int[] domains;

    Usage(SnapshotColumns columns) {
        recordsOfTraceback = new int[columns.tracebackCount()];
        BitSet usedTypes = new BitSet(columns.typeCount());
        BitSet usedThreads = new BitSet(columns.threadCount());
        int[] seenDomains = new int[1];
        int domainCount = 0;
        int lastDomain = 0;
        RecordBlock block = new RecordBlock(columns);
        for (long first = 0; first < columns.recordCount(); first += RecordBlock.LENGTH) {
            block.readKinds((int) first);
            for (int i = 0; i < block.length(); i++) {
                recordsOfTraceback[block.traceback(i)]++;
                usedTypes.set(block.type(i));
                usedThreads.set(block.thread(i));
                int domain = block.domain(i);
                if (domainCount == 0 || domain != lastDomain) {
                    lastDomain = domain;
                    int place = Arrays.binarySearch(seenDomains, 0, domainCount, domain);
                    if (place < 0) {
                        seenDomains = insert(seenDomains, domainCount++, -place - 1, domain);
                    }
                }
            }
        }
        types = inOrder(usedTypes, Comparator.comparing(columns::typeName));
        Comparator<Integer> byName = Comparator.comparing(columns::threadName);
        threads = inOrder(usedThreads, byName.thenComparing(columns::threadHost));
        domains = Arrays.copyOf(seenDomains, domainCount);
    }

    int records(int traceback) {
        return recordsOfTraceback[traceback];
    }

    /** Used types in the order of their names. */
    int[] types() {
        return types;
    }

    /** Used threads in the order of their names, then hosts. */
    int[] threads() {
        return threads;
    }

    /** Used domains in ascending order. */
    int[] domains() {
        return domains;
    }

    private static int[] inOrder(BitSet used, Comparator<Integer> order) {
        return used.stream().boxed().sorted(order).mapToInt(Integer::intValue).toArray();
    }

    /** For each id its place in this order. */
    static int[] ranks(int[] order, int ids) {
        int[] ranks = new int[ids];
        IntStream.range(0, order.length).forEach(rank -> ranks[order[rank]] = rank);
        return ranks;
    }

    private static int[] insert(int[] array, int size, int place, int value) {
        int[] grown = size < array.length ? array : Arrays.copyOf(array, size * 2);
        System.arraycopy(grown, place, grown, place + 1, size - place);
        grown[place] = value;
        return grown;
    }
}
