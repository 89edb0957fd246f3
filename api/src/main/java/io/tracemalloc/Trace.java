package io.tracemalloc;

/**
 * The record of equal blocks: domain, block size, class, thread and traceback, with the values of every metric.
 *
 * <p>CPython keeps one trace per block; here blocks that share everything are one trace with a count. Values are
 * exact or estimated as {@link Snapshot#exactness} says.
 *
 * <p>Immutable; safe for any thread.
 *
 * @param domain address space, see {@link Domain}
 * @param size bytes of one block, header and alignment included; 0 if the trace stands for blocks of several sizes
 * @param className the allocated class as {@link Class#getTypeName()} prints it; empty if unknown
 * @param threadName name of the allocating thread; empty if threads were not recorded
 * @param hostName host that the thread ran on; empty unless the snapshot is of several JVMs
 * @param traceback where the blocks were allocated
 * @param allocatedCount blocks allocated
 * @param allocatedBytes their bytes
 * @param liveCount blocks not yet reclaimed
 * @param liveBytes their bytes
 */
public record Trace(
        int domain,
        long size,
        String className,
        String threadName,
        String hostName,
        Traceback traceback,
        long allocatedCount,
        long allocatedBytes,
        long liveCount,
        long liveBytes) {}
