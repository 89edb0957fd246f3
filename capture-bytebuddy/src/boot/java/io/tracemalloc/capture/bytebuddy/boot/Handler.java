package io.tracemalloc.capture.bytebuddy.boot;

/**
 * What the recorder asks of the agent, off the hot path: the agent's own loader implements it.
 *
 * <p>Called on allocating threads, inside the allocation, while the recorder ignores what the thread allocates. Must
 * not block. Whatever it throws is swallowed and counted as a dropped event. Not for users.
 */
public abstract class Handler {

    /** For the agent. */
    protected Handler() {}

    /** Bytes of each of the objects that a slot counts; 0 if not known yet, since the class is not initialised. */
    public abstract long sizeOf(int slot);

    /** A block was chosen as a sample; it stands on top of the operand stack of the most recent instrumented frame. */
    public abstract void sample(int slot, long sizeBytes);

    /** Assigns the slot of a site for a class that it allocates for the first time. */
    public abstract Variant variant(int site, Class<?> allocated);

    /** Assigns the slot of a calling site for the blocks that another site allocates on its behalf. */
    public abstract int viaSlot(int callerSite, int slot);

    /** Assigns the slot of a line of the program for the blocks that the JDK allocates on its behalf. */
    public abstract int pairSlot(int programSite, int slot);

    /** A hidden class is about to be defined: the bytes to define. Agents do not get to see such classes otherwise. */
    public abstract byte[] hidden(byte[] bytes, Class<?> host);

    /** Native memory was allocated through the JDK. */
    public abstract void nativeAllocated(long address, long sizeBytes);

    /** Native memory was given back. */
    public abstract void nativeFreed(long address);

    /** A thread ends, on this very thread. */
    public abstract void threadEnds(Thread thread);
}
