package io.tracemalloc.spi;

import io.tracemalloc.Traceback;

/**
 * What filters and groupings may look at: the parts of a record that do not depend on sizes.
 *
 * @param traceback where; never null
 * @param className allocated class, empty if unknown
 * @param domain address space
 * @param threadName allocating thread, empty if not recorded
 * @param hostName host that the thread ran on, empty unless the snapshot is of several JVMs
 */
public record AllocationGroup(Traceback traceback, String className, int domain, String threadName, String hostName) {}
