package io.tracemalloc.internal.columns;

/**
 * Interns threads, each a name and the host it ran on: dense ids from 0, which is the unknown thread of no host. Not safe
 * for several threads while it grows.
 */
public final class ThreadTable {

    /*
     * The host is a part of the thread and not a column of its own: records refer to a thread anyway, and there are few
     * threads, so that snapshots of one JVM, which name no host, pay nothing for it.
     */
    private final NameTable names = NameTable.withUnknown();
    private final NameTable hosts = NameTable.withUnknown();
    private final LongTable threads = new LongTable();

    /** A table that holds the unknown thread of no host. */
    public ThreadTable() {
        threads.intern(0, 0);
    }

    /** Number of distinct threads. */
    public int size() {
        return threads.size();
    }

    /** Name of a thread, empty if unknown. */
    public String name(int id) {
        return names.name((int) threads.key(id));
    }

    /** Host of a thread, empty if none was stated. */
    public String host(int id) {
        return hosts.name((int) (threads.key(id) >>> 32));
    }

    /** The id of a thread. */
    public int intern(String name, String host) {
        return threads.intern(hosts.intern(host), names.intern(name));
    }
}
