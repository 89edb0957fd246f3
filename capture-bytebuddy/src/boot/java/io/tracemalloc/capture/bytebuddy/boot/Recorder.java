package io.tracemalloc.capture.bytebuddy.boot;

import java.lang.reflect.Array;
import jdk.internal.misc.CDS;
import jdk.internal.misc.Unsafe;
import jdk.internal.vm.annotation.DontInline;
import jdk.internal.vm.annotation.ForceInline;
import jdk.internal.vm.annotation.Stable;

/**
 * Where instrumented code counts: one static call per allocation, with the number of its site.
 *
 * <p>Not for users. The bootstrap loader defines this package, so it knows JDK types only, and its own allocations are
 * not instrumented. No method throws, blocks or passes the new object on.
 *
 * <p>Numbers: a <em>slot</em> is a counter; sites of fixed-size objects have one, of arrays two (blocks, bytes) with
 * an even first one. A <em>site</em> of {@link #object} and {@link #enter} is not a counter; it gets a slot per class.
 */
/*
 * The hot path. Slots are constants in the calling code, so the table of their chunk is a constant, too, once code is
 * compiled (its elements are stable), and so is the counter's place in the chunk. In the table a thread finds its chunk
 * by the low bits of its id, and trusts it only if that has this very id as its owner's: no ThreadLocal, no atomics, no
 * lock, three loads and a decrement. Chunks always have their full length, absent ones are a chunk that nobody owns:
 * this is why Unsafe may read and write without bounds checks. Where Java takes no samples the hooks are those that
 * count only: C2 makes one instruction of load, decrement and store, for nothing looks at the result.
 *
 * The object itself never comes here from a hook of a fixed-size object: a reference that can reach a call which is
 * not inlined would make every object escape, and C2 would allocate what it otherwise removes. Samples that need the
 * object read it from the operand stack of the frame, on the rare path only.
 */
public final class Recorder {

    static final int CHUNK_SHIFT = 9;
    private static final int SLOT_BITS = 20;
    private static final int SITE_BITS = 18;

    /** Slots per chunk. */
    public static final int CHUNK = 1 << CHUNK_SHIFT;

    /** Chunks per page, present or not. */
    public static final int MAX_CHUNKS = 1 << (SLOT_BITS - CHUNK_SHIFT);

    /** Slots that can exist; slot 0 is never used. */
    public static final int MAX_SLOTS = 1 << SLOT_BITS;

    /** Sites that can have variants; site 0 is never given. */
    public static final int MAX_SITES = 1 << SITE_BITS;

    /** Arrays of 2 to this power elements or more, or of less than none, are looked at before they are counted. */
    private static final int LARGE_SHIFT = 24;

    private static final long MAX_HEAP = Runtime.getRuntime().maxMemory();

    /** A countdown that never ends. */
    private static final long NEVER = 1L << 61;

    private static final int THREADS = 4096;

    /** Entries of a table: the second half is for virtual threads. */
    private static final int TABLE = virtualThreadClass() == null ? THREADS : 2 * THREADS;

    /** With what is shared where it has no chunks. */
    private static final long TABLE_BYTES = 16 + 4L * TABLE + Page.COUNTERS_BYTES;

    private static final Unsafe UNSAFE = Unsafe.getUnsafe();
    private static final long THREAD_ID = UNSAFE.objectFieldOffset(Thread.class, "tid");
    private static final long VALUE = UNSAFE.objectFieldOffset(String.class, "value");
    private static final long BACKTRACE = UNSAFE.objectFieldOffset(Throwable.class, "backtrace");
    private static final Class<?> VIRTUAL_THREAD = virtualThreadClass();
    private static final java.lang.reflect.Method PIN = continuation("pin");
    private static final java.lang.reflect.Method UNPIN = continuation("unpin");
    private static final long CARRIER =
            VIRTUAL_THREAD == null ? 0 : UNSAFE.objectFieldOffset(VIRTUAL_THREAD, "carrierThread");
    private static final long LONG_BASE = Heap.Layout.LONG_BASE;
    private static final long OWNER = LONG_BASE + 8L * Page.OWNER;
    private static final long FIRST = LONG_BASE + 8L * Page.FIRST;

    /** Chunks by their number and the low bits of the owner's id; a table is made for the first hit of its slots. */
    @Stable
    private static final long[][][] TABLES = new long[MAX_CHUNKS][][];

    /**
     * Counters by the number of their chunk for threads that have none of their own yet: where a table has no chunk of
     * theirs, it has this. {@link #count} decrements them atomically, and leaves the id of the thread.
     */
    @Stable
    private static final long[][] SHARED = new long[MAX_CHUNKS][];

    private static final long MISSING = LONG_BASE + 8L * Page.MISSING;

    /** Behind the last table. Guarded by the registry lock. */
    private static int tableEnd;

    /** All pages by thread id, chained where ids collide. Guarded by the registry lock; the head is read without. */
    private static final Page[] PAGES = new Page[THREADS];

    /** Tables of the variants of each site, open addressing by the class's identity hash; replaced when they grow. */
    private static final Variant[][] VARIANTS = new Variant[MAX_SITES][];

    /**
     * In place of a variant that is not known yet. Not null, which the compiler would not take for a constant: it would
     * then make all the code that some variant might need, three times as much as the method has without it, and callers
     * no longer inline what is that large. A variant that becomes known later is found out of line by such code.
     */
    private static final Variant NO_VARIANT = new Variant(null, 0);

    /**
     * The first two variants of each site, in chunks: few sites have more, and compiled code has these as constants. They
     * go on to match nothing where their classes were unloaded.
     */
    @Stable
    private static final Variant[][] EARLY = new Variant[MAX_SITES >>> CHUNK_SHIFT][];

    /** Stands for a site in a {@link #rehearse rehearsal}. */
    private static final int NO_SITE = 0;

    private static final long[] REHEARSED = {};

    private static final int VIA_BITS = 13;

    /** 2^64 over the golden ratio, for multiplicative hashing (Knuth, TAOCP 6.4). */
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    /**
     * The slots of calling sites for what others allocate on their behalf, one long each: site, slot of the allocation
     * and, in the low bits, the slot of the two together; {@code SITE_BITS + 2 * SLOT_BITS} are less than 64. A later pair
     * of the same hash takes the place of an earlier one. Read and written by any thread without order: a long is
     * whole, so an entry is right or absent. It outlives a session, as the numbers of sites and slots do.
     */
    private static final long[] VIA = new long[1 << VIA_BITS];

    private static final int PAIR_BITS = 17;

    /**
     * The slots of lines of the program for what the JDK allocates on their behalf: as {@link #VIA}, with two places for
     * each pair. Made for the first session that counts so; empty entries match nothing, for no site is 0.
     */
    private static long[] pairs;

    private static final Object LOCK = new Object();
    private static final RegistryLock REGISTRY = new RegistryLock();

    /** All pages ever made; new ones in front. Guarded by the registry lock for writing. */
    private static volatile Page allPages;

    private static Page freePages;

    /** Guarded by the registry lock for writing. */
    private static volatile long pageBytes;

    /** What pages took from the heap on the threads that own them, ever. Guarded by the registry lock for writing. */
    private static volatile long allocatedBytes;

    private static final Object[] NO_ARGUMENTS = {};
    private static final long[][] NO_CHUNKS = {};

    private static volatile long limitBytes;

    private static volatile boolean active;
    private static volatile Handler handler;
    private static volatile long intervalBytes;
    private static volatile long dropped;
    private static volatile long unknownThreads;

    /** The instrumentation that the tracer uses. */
    private static volatile Object ownAgent;

    private Recorder() {}

    private static Class<?> virtualThreadClass() {
        try {
            return Class.forName("java.lang.VirtualThread", false, null);
        } catch (ClassNotFoundException olderJdk) {
            return null;
        }
    }

    // ---------------------------------------------------------------- hooks of allocation sites

    /** An object of fixed size. */
    @ForceInline
    public static void hit(int slot) {
        long id = UNSAFE.getLong(Thread.currentThread(), THREAD_ID);
        long[] chunk = chunk(id, slot);
        if (UNSAFE.getLong(chunk, OWNER) == id) {
            long counter = counter(slot);
            long left = UNSAFE.getLong(chunk, counter) - 1;
            UNSAFE.putLong(chunk, counter, left);
            if (left >= 0) {
                return;
            }
        }
        slow(slot);
    }

    /** A {@code byte[]} or {@code boolean[]}. */
    @ForceInline
    public static void bytes(int length, int slot) {
        array(length, slot, Heap.bytes(length));
    }

    /** A {@code short[]} or {@code char[]}. */
    @ForceInline
    public static void shorts(int length, int slot) {
        array(length, slot, Heap.shorts(length));
    }

    /** An {@code int[]} or {@code float[]}. */
    @ForceInline
    public static void ints(int length, int slot) {
        array(length, slot, Heap.ints(length));
    }

    /** A {@code long[]} or {@code double[]}. */
    @ForceInline
    public static void longs(int length, int slot) {
        array(length, slot, Heap.longs(length));
    }

    /** An array of references. */
    @ForceInline
    public static void references(int length, int slot) {
        array(length, slot, Heap.references(length));
    }

    @ForceInline
    private static void array(int length, int slot, long size) {
        if (length >>> LARGE_SHIFT == 0) {
            array(slot, size);
        } else {
            largeArray(length, slot, size);
        }
    }

    /* A hook in front of an allocation may count one that fails; lengths that must fail are known. */
    @DontInline
    private static void largeArray(int length, int slot, long size) {
        if (canBe(length, size)) {
            array(slot, size);
        }
    }

    @ForceInline
    private static boolean canBe(int length, long size) {
        return length >= 0 && size <= MAX_HEAP;
    }

    @ForceInline
    private static void array(int slot, long size) {
        long id = UNSAFE.getLong(Thread.currentThread(), THREAD_ID);
        long[] chunk = chunk(id, slot);
        if (UNSAFE.getLong(chunk, OWNER) == id) {
            long counter = counter(slot);
            UNSAFE.putLong(chunk, counter, UNSAFE.getLong(chunk, counter) - 1);
            long left = UNSAFE.getLong(chunk, counter + 8) - size;
            UNSAFE.putLong(chunk, counter + 8, left);
            if (left >= 0) {
                return;
            }
        }
        slowArray(slot, size);
    }

    @ForceInline
    private static long[] chunk(long threadId, int slot) {
        long[][] table = TABLES[slot >>> CHUNK_SHIFT];
        return table == null ? Page.NO_CHUNK : table[place(threadId)];
    }

    /** A thread's place in the tables: the first chunk there; the second one is {@link #THREADS} further on. */
    @ForceInline
    private static int place(long threadId) {
        return (int) threadId & (THREADS - 1);
    }

    @ForceInline
    private static long counter(int slot) {
        return FIRST + ((long) (slot & (CHUNK - 1)) << 3);
    }

    // ---------------------------------------------------------------- the same without samples

    /** An object of fixed size, counted only. */
    @ForceInline
    public static void count(int slot) {
        long id = UNSAFE.getLong(Thread.currentThread(), THREAD_ID);
        long[] chunk = chunk(id, slot);
        if (UNSAFE.getLong(chunk, OWNER) == id) {
            long counter = counter(slot);
            UNSAFE.putLong(chunk, counter, UNSAFE.getLong(chunk, counter) - 1);
        } else {
            countAtomically(slot);
        }
    }

    /*
     * The rare path of hooks that only count, without a call: one that is never made costs the code around it the
     * registers all the same. Nor has it a branch: compiled code knows the table, so that the one to the call is gone there.
     * A virtual thread counts in its carrier's counters, a thread that has none yet in the shared ones. It leaves its id
     * there, upon which the agent gives it its own.
     */
    @ForceInline
    private static void countAtomically(int slot) {
        if (TABLES[slot >>> CHUNK_SHIFT] == null) {
            slow(slot);
        } else {
            long id = UNSAFE.getLong(Carrier.current(), THREAD_ID);
            long[] chunk = others(id, slot);
            UNSAFE.getAndAddLong(chunk, counter(slot), -1);
            UNSAFE.putLong(chunk, MISSING, id);
        }
    }

    /** As {@link #countAtomically(int)}, for an array. */
    @ForceInline
    private static void countAtomically(int slot, long size) {
        if (TABLES[slot >>> CHUNK_SHIFT] == null) {
            slowArray(slot, size);
        } else {
            long id = UNSAFE.getLong(Carrier.current(), THREAD_ID);
            long[] chunk = others(id, slot);
            UNSAFE.getAndAddLong(chunk, counter(slot), -1);
            UNSAFE.getAndAddLong(chunk, counter(slot) + 8, -size);
            UNSAFE.putLong(chunk, MISSING, id);
        }
    }

    /** What others than the thread at a place may count in: without virtual threads always what is shared. */
    @ForceInline
    private static long[] others(long carrierId, int slot) {
        return VIRTUAL_THREAD == null
                ? SHARED[slot >>> CHUNK_SHIFT]
                : TABLES[slot >>> CHUNK_SHIFT][THREADS + place(carrierId)];
    }

    /** A {@code byte[]} or {@code boolean[]}, counted only. */
    @ForceInline
    public static void countBytes(int length, int slot) {
        countElements(length, slot, Heap.bytes(length));
    }

    /** A {@code short[]} or {@code char[]}, counted only. */
    @ForceInline
    public static void countShorts(int length, int slot) {
        countElements(length, slot, Heap.shorts(length));
    }

    /** An {@code int[]} or {@code float[]}, counted only. */
    @ForceInline
    public static void countInts(int length, int slot) {
        countElements(length, slot, Heap.ints(length));
    }

    /** A {@code long[]} or {@code double[]}, counted only. */
    @ForceInline
    public static void countLongs(int length, int slot) {
        countElements(length, slot, Heap.longs(length));
    }

    /** An array of references, counted only. */
    @ForceInline
    public static void countReferences(int length, int slot) {
        countElements(length, slot, Heap.references(length));
    }

    @ForceInline
    private static void countElements(int length, int slot, long size) {
        if (length >>> LARGE_SHIFT == 0 || canBe(length, size)) {
            countSized(slot, size);
        }
    }

    @ForceInline
    private static void countSized(int slot, long size) {
        long id = UNSAFE.getLong(Thread.currentThread(), THREAD_ID);
        long[] chunk = chunk(id, slot);
        if (UNSAFE.getLong(chunk, OWNER) == id) {
            long counter = counter(slot);
            UNSAFE.putLong(chunk, counter, UNSAFE.getLong(chunk, counter) - 1);
            UNSAFE.putLong(chunk, counter + 8, UNSAFE.getLong(chunk, counter + 8) - size);
        } else {
            countAtomically(slot, size);
        }
    }

    /** The arrays of a {@code multianewarray}, level by level; the slots of the levels follow each other. */
    public static void multi(Object array, int slot, int dimensions) {
        if (array instanceof Object[] references) {
            array(slot, Heap.references(references.length));
            if (dimensions > 1) {
                for (Object element : references) {
                    multi(element, slot + 2, dimensions - 1);
                }
            }
        } else if (array != null) {
            array(slot, Heap.array(array));
        }
    }

    /** An object or array whose class the site does not know. */
    @ForceInline
    public static void object(Object object, int site) {
        if (object != null) {
            Variant first = early(site, 0);
            if (first != NO_VARIANT && first.refersTo(object.getClass())) {
                count(first, first.slot, object);
                return;
            }
            Variant second = early(site, 1);
            if (second != NO_VARIANT && second.refersTo(object.getClass())) {
                count(second, second.slot, object);
                return;
            }
            // Without the reference, as everywhere: a clone may live in registers.
            another(object.getClass(), object.getClass().isArray() ? Array.getLength(object) : 0, site);
        }
    }

    /** As {@link #object}, counted only. */
    @ForceInline
    public static void countObject(Object object, int site) {
        if (object != null && object.getClass().isArray()) {
            countArray(object, site);
        } else {
            countInstance(object, site);
        }
    }

    /** As {@link #object} for what is no array, counted only. */
    @ForceInline
    public static void countInstance(Object object, int site) {
        if (object != null && !countOwn(object, site)) {
            another(object.getClass(), 0, site);
        }
    }

    /** As {@link #object} for an array, counted only. */
    @ForceInline
    public static void countArray(Object array, int site) {
        if (array != null && !countOwn(array, site)) {
            another(array.getClass(), Array.getLength(array), site);
        }
    }

    /*
     * Counts in the thread's own counters, if it has them and the class is one of the first two of the site. The one call
     * for all that is rare is the caller's: with more of them, what inlines this is too large to be inlined itself.
     */
    @ForceInline
    private static boolean countOwn(Object object, int site) {
        Variant first = early(site, 0);
        if (first != NO_VARIANT && first.refersTo(object.getClass())) {
            return countOwn(first, object);
        }
        Variant second = early(site, 1);
        return second != NO_VARIANT && second.refersTo(object.getClass()) && countOwn(second, object);
    }

    @ForceInline
    private static boolean countOwn(Variant variant, Object object) {
        int slot = variant.slot;
        if (slot == 0) {
            return true;
        }
        long id = UNSAFE.getLong(Thread.currentThread(), THREAD_ID);
        long[] chunk = chunk(id, slot);
        if (UNSAFE.getLong(chunk, OWNER) != id) {
            return false;
        }
        long counter = counter(slot);
        UNSAFE.putLong(chunk, counter, UNSAFE.getLong(chunk, counter) - 1);
        if (variant.kind == Variant.ARRAY) {
            long size = variant.size(Array.getLength(object));
            UNSAFE.putLong(chunk, counter + 8, UNSAFE.getLong(chunk, counter + 8) - size);
        }
        return true;
    }

    /**
     * Takes the rare ways of {@link #countInstance} and {@link #countArray}, and counts nothing. Where no thread has come
     * by them, C2 makes each a trap of its own, which is larger than the one call that they share, and the first thread
     * without counters would throw away all code that has one. For a quiet thread.
     */
    public static void rehearse() {
        // Without a page, as at the memory limit, it would seem that these blocks were lost.
        if (!active || intervalBytes != 0 || find(Thread.currentThread()) == null) {
            return;
        }
        synchronized (LOCK) {
            if (early(NO_SITE, 0) == NO_VARIANT) {
                addEarly(NO_SITE, new Variant(REHEARSED.getClass(), MAX_SLOTS - 2));
                addEarly(NO_SITE, new Variant(NO_VARIANT.getClass(), MAX_SLOTS - 2));
            }
        }
        countArray(REHEARSED, NO_SITE);
        countInstance(NO_VARIANT, NO_SITE);
    }

    /** An array made for the caller with a number of dimensions known at run time, {@code Array.newInstance}. */
    public static void nested(Object array, int site) {
        object(array, site);
        if (array instanceof Object[] references
                && array.getClass().getComponentType().isArray()) {
            for (Object element : references) {
                nested(element, site);
            }
        }
    }

    /** An array that a method made for its result, unless it took the one that it was given. */
    public static void intsUnlessGiven(Object result, Object given, int slot) {
        if (result != given && result instanceof int[] made) {
            ints(made.length, slot);
        }
    }

    /** What the VM allocated to note the stack of a throwable. */
    public static void backtrace(Object throwable, int site) {
        backtrace(throwable, site, false);
    }

    private static void backtrace(Object throwable, int site, boolean onBehalf) {
        try {
            Object chunk = UNSAFE.getReference(throwable, BACKTRACE);
            while (chunk instanceof Object[] parts) {
                count(parts, site, onBehalf);
                chunk = countParts(parts, site, onBehalf);
            }
        } catch (Throwable failure) {
            dropped++;
        }
    }

    /**
     * Counts what is in a chunk and gives the next one. Chunks of up to 32 frames: an array of arrays, of which one may be the next chunk, and one may be there twice, as a
     * flag (javaClasses.cpp, BacktraceBuilder).
     */
    private static Object countParts(Object[] parts, int site, boolean onBehalf) {
        Object next = null;
        for (int i = 0; i < parts.length; i++) {
            Object part = parts[i];
            if (part == null || !part.getClass().isArray() || (i > 0 && part == parts[0])) {
                continue;
            }
            if (part instanceof Object[] references && isChunk(references)) {
                next = part;
            } else {
                count(part, site, onBehalf);
            }
        }
        return next;
    }

    private static boolean isChunk(Object[] references) {
        return references.length > 0
                && references[0] != null
                && references[0].getClass().isArray();
    }

    private static void count(Object object, int site, boolean onBehalf) {
        if (onBehalf) {
            objectOnBehalf(object, site);
        } else {
            object(object, site);
        }
    }

    /** One of the first two variants of a site; {@link #NO_VARIANT} if there is none yet. */
    @ForceInline
    private static Variant early(int site, int which) {
        Variant[] chunk = EARLY[site >>> CHUNK_SHIFT];
        return chunk == null ? NO_VARIANT : chunk[(site & (CHUNK - 1)) << 1 | which];
    }

    @DontInline
    private static void another(Class<?> allocated, int length, int site) {
        Variant variant = variant(allocated, site);
        if (variant != null) {
            count(variant, variant.slot, length);
        }
    }

    private static Variant variant(Class<?> allocated, int site) {
        Variant known = find(VARIANTS[site], allocated);
        return known != null ? known : learn(site, allocated);
    }

    @ForceInline
    private static void count(Variant variant, int slot, Object object) {
        count(variant, slot, variant.kind == Variant.ARRAY ? Array.getLength(object) : 0);
    }

    @ForceInline
    private static void count(Variant variant, int slot, int length) {
        if (variant.kind == Variant.ARRAY) {
            array(slot, variant.size(length));
        } else if (slot != 0) {
            hit(slot);
        }
    }

    // ---------------------------------------------------------------- whose line it is

    /**
     * Notes the line of the program that is about to call into the JDK. Virtual threads have none: they may leave their
     * carrier, which has the page, in the middle of such a call.
     *
     * @return what was noted before, for {@link #leaveJdk}
     */
    @ForceInline
    public static int enterJdk(int site) {
        Page page = callersPage();
        if (page == null) {
            return 0;
        }
        int outer = page.program;
        page.program = site;
        return outer;
    }

    /** Restores what {@link #enterJdk} replaced. */
    @ForceInline
    public static void leaveJdk(int outer) {
        Page page = callersPage();
        if (page != null) {
            page.program = outer;
        }
    }

    @ForceInline
    private static Page callersPage() {
        Thread thread = Thread.currentThread();
        Page page = PAGES[index(thread)];
        return page != null && page.owner == thread ? page : slowCallersPage(thread);
    }

    @DontInline
    private static Page slowCallersPage(Thread thread) {
        return active && !isVirtual() ? registered(thread) : null;
    }

    /** The counter of an allocation of the JDK for the line of the program that called; the slot itself if none did. */
    @ForceInline
    public static int onBehalf(int slot) {
        Page page = callersPage();
        int site = page == null ? 0 : page.program;
        if (site == 0) {
            return slot;
        }
        long key = (long) site << SLOT_BITS | slot;
        long[] table = pairs;
        int index = pairIndex(key);
        long known = table[index];
        if (known >>> SLOT_BITS == key) {
            return (int) known & (MAX_SLOTS - 1);
        }
        known = table[index ^ 1];
        return known >>> SLOT_BITS == key ? (int) known & (MAX_SLOTS - 1) : learnPair(site, slot, key);
    }

    @ForceInline
    private static int pairIndex(long key) {
        return (int) ((key * GOLDEN) >>> (Long.SIZE - PAIR_BITS));
    }

    @DontInline
    private static int learnPair(int site, int slot, long key) {
        Page page = registered(Thread.currentThread());
        if (page == null || isQuiet(page)) {
            return slot;
        }
        int before = page.quiet;
        try {
            quieten(page);
            int pair = handler.pairSlot(site, slot);
            int index = pairIndex(key);
            // The newer of two neighbours goes first: the one that is still used comes back by itself.
            pairs[index ^ 1] = pairs[index];
            pairs[index] = key << SLOT_BITS | pair;
            return pair;
        } catch (Throwable failure) {
            dropped++;
            return slot;
        } finally {
            unquieten(page, before);
        }
    }

    /** As {@link #multi}, inside the JDK. */
    public static void multiOnBehalf(Object array, int slot, int dimensions) {
        if (array instanceof Object[] references) {
            array(onBehalf(slot), Heap.references(references.length));
            if (dimensions > 1) {
                for (Object element : references) {
                    multiOnBehalf(element, slot + 2, dimensions - 1);
                }
            }
        } else if (array != null) {
            array(onBehalf(slot), Heap.array(array));
        }
    }

    /** As {@link #object}, inside the JDK. */
    @ForceInline
    public static void objectOnBehalf(Object object, int site) {
        if (object != null) {
            Variant variant = variant(object.getClass(), site);
            if (variant != null && variant.slot != 0) {
                count(variant, onBehalf(variant.slot), object);
            }
        }
    }

    /** As {@link #backtrace}, where callers are told apart. */
    public static void backtraceOnBehalf(Object throwable, int site) {
        backtrace(throwable, site, true);
    }

    /** As {@link #nested}, inside the JDK. */
    public static void nestedOnBehalf(Object array, int site) {
        objectOnBehalf(array, site);
        if (array instanceof Object[] references
                && array.getClass().getComponentType().isArray()) {
            for (Object element : references) {
                nestedOnBehalf(element, site);
            }
        }
    }

    // ---------------------------------------------------------------- sites that allocate on behalf of a caller

    /**
     * Notes the site on whose behalf the JDK is about to allocate.
     *
     * @param caller the slot pair for the bytes of a string concatenation whose blocks are followed, or the negative of a
     *     site
     * @return what was noted before, for {@link #exit}
     */
    @ForceInline
    public static int enter(int caller) {
        Page page = current();
        if (page == null) {
            return 0;
        }
        countUnclaimed(page);
        int outer = page.caller;
        page.caller = caller;
        return outer;
    }

    /** Restores what {@link #enter} replaced. */
    @ForceInline
    public static void exit(int outer) {
        Page page = current();
        if (page != null) {
            countUnclaimed(page);
            page.caller = outer;
        }
    }

    /**
     * A String made by the helper of string concatenation; the concatenation itself counts its own result. This and
     * {@link #viaBytes} are for sessions that follow blocks: a sample needs the array, which later nobody has in hand.
     * Hidden classes keep this hook in sessions of hooks in front, where the string waits together with its bytes.
     */
    @ForceInline
    public static void viaString(int slot) {
        Page page = current();
        if (page != null && page.unclaimed <= Page.NO_BYTES) {
            page.unclaimed = 0;
            int caller = page.caller;
            if (caller <= 0) {
                hit(caller == 0 ? slot : viaSlot(-caller, slot));
            }
        }
    }

    /**
     * The bytes of a string made by the helper of string concatenation.
     *
     * @param string for the string, unless {@link #viaString} comes: hidden classes that are older than the session have
     *     no hook
     */
    @ForceInline
    public static void viaBytes(int length, int slot, int string) {
        Page page = current();
        if (page == null) {
            return;
        }
        countUnclaimed(page);
        int caller = page.caller;
        if (caller > 0) {
            bytes(length, caller);
            return;
        }
        bytes(length, caller == 0 ? slot : viaSlot(-caller, slot));
        page.unclaimed = Page.NO_BYTES;
        page.unclaimedString = string;
    }

    /** An object of a known class made by generated code on behalf of a reflective caller. */
    @ForceInline
    public static void via(int slot) {
        int caller = caller();
        hit(caller < 0 ? viaSlot(-caller, slot) : slot);
    }

    /** An object made for a reflective caller or a method handle; hidden lambda classes have their own site. */
    @ForceInline
    public static void viaObject(Object object, int site) {
        // Folds away where the JIT knows the class, as it does for a linked lambda.
        Class<?> type = object.getClass();
        if (!type.isHidden() || (type.getModifiers() & SYNTHETIC) == 0) {
            int caller = caller();
            object(object, caller < 0 ? -caller : site);
        }
    }

    /** The array that {@code Array.newInstance} is about to make counts where it is called. */
    @ForceInline
    public static void announceArray() {
        Page page = current();
        if (page != null) {
            page.arrayAnnounced = true;
        }
    }

    /**
     * An array made by {@code Array.newInstance}. Unless it was announced, the caller has no hooks, as the hidden
     * classes by which method handles collect arguments: then it counts as {@link #viaObject}.
     */
    @ForceInline
    public static void unannouncedArray(Object array, int site) {
        Page page = current();
        if (page == null) {
            return;
        }
        if (page.arrayAnnounced) {
            page.arrayAnnounced = false;
        } else {
            viaObject(array, site);
        }
    }

    private static final int SYNTHETIC = 0x1000;

    @ForceInline
    private static int caller() {
        Page page = current();
        return page == null ? 0 : page.caller;
    }

    @ForceInline
    private static int viaSlot(int callerSite, int slot) {
        long key = (long) callerSite << SLOT_BITS | slot;
        long known = VIA[viaIndex(key)];
        return known >>> SLOT_BITS == key ? (int) known & (MAX_SLOTS - 1) : learnViaSlot(callerSite, slot, key);
    }

    @ForceInline
    private static int viaIndex(long key) {
        return (int) ((key * GOLDEN) >>> (Long.SIZE - VIA_BITS));
    }

    @DontInline
    private static int learnViaSlot(int callerSite, int slot, long key) {
        Page page = registered(currentCarrier());
        if (page == null || isQuiet(page)) {
            return slot;
        }
        int before = page.quiet;
        try {
            quieten(page);
            int both = handler.viaSlot(callerSite, slot);
            VIA[viaIndex(key)] = key << SLOT_BITS | both;
            return both;
        } catch (Throwable failure) {
            dropped++;
            return slot;
        } finally {
            unquieten(page, before);
        }
    }

    // ---------------------------------------------------------------- strings that the JDK concatenates

    /*
     * The JDK allocates bytes and their string when all parts of a concatenation are strings. From there to the end of
     * the concatenation no code of the program runs and no virtual thread parks. So the bytes wait in the page until the
     * concatenation counts both, with slots that are constants there. What no concatenation claims is counted when the
     * next ones come, when a call on somebody's behalf begins or ends, or when the thread ends.
     */

    /**
     * The bytes of a string that the JDK makes for a concatenation, the string included.
     *
     * @param slot for the bytes if no concatenation claims them
     * @param string for the string, likewise
     */
    @ForceInline
    public static void concatenating(int length, int slot, int string) {
        Page page = current();
        if (page != null) {
            countUnclaimed(page);
            page.unclaimed = Heap.bytes(length);
            page.unclaimedSlot = slot;
            page.unclaimedString = string;
        }
    }

    /** A string that the JDK makes for a concatenation out of another one's bytes. */
    @ForceInline
    public static void concatenating(int string) {
        Page page = current();
        if (page != null) {
            countUnclaimed(page);
            page.unclaimed = Page.NO_BYTES;
            page.unclaimedString = string;
        }
    }

    /** A concatenation has ended: counts what the JDK allocated for it. */
    @ForceInline
    public static void concatenated(int bytesSlot, int slot) {
        Page page = current();
        if (page != null) {
            long bytes = page.unclaimed;
            page.unclaimed = 0;
            if (bytes > Page.NO_BYTES) {
                array(bytesSlot, bytes);
            }
            hit(slot);
        }
    }

    /**
     * As {@link #concatenated}, counted only.
     *
     * @param strings the slot pair of strings with their bytes
     * @param string the slot of a string that shares another's
     */
    @ForceInline
    public static void countConcatenated(int strings, int string) {
        Page page = current();
        if (page != null) {
            long bytes = page.unclaimed;
            page.unclaimed = 0;
            long id = UNSAFE.getLong(Thread.currentThread(), THREAD_ID);
            long[] chunk = chunk(id, strings);
            // One call for all that is rare: a call costs the code around it the registers.
            if (bytes > Page.NO_BYTES && UNSAFE.getLong(chunk, OWNER) == id) {
                long counter = counter(strings);
                UNSAFE.putLong(chunk, counter, UNSAFE.getLong(chunk, counter) - 1);
                UNSAFE.putLong(chunk, counter + 8, UNSAFE.getLong(chunk, counter + 8) - bytes);
            } else {
                countStringElsewhere(bytes, strings, string);
            }
        }
    }

    @DontInline
    private static void countStringElsewhere(long bytes, int strings, int string) {
        if (bytes > Page.NO_BYTES) {
            countSized(strings, bytes);
        } else {
            count(string);
        }
    }

    /** As {@link #exit}, behind a call for the bytes alone: whoever called makes the string, and counts it. */
    public static void exitWithBytes(int outer) {
        Page page = current();
        if (page != null) {
            page.unclaimedString = 0;
        }
        exit(outer);
    }

    @ForceInline
    private static void countUnclaimed(Page page) {
        if (page.unclaimed != 0) {
            slowUnclaimed(page);
        }
    }

    @DontInline
    private static void slowUnclaimed(Page page) {
        long bytes = page.unclaimed;
        int slot = page.unclaimedSlot;
        int string = page.unclaimedString;
        page.unclaimed = 0;
        if (bytes > MAX_HEAP) {
            // The hook stands in front of bytes that the heap cannot have had.
            return;
        }
        if (bytes > Page.NO_BYTES && slot != 0) {
            array(onBehalfOfCaller(page, slot), bytes);
        }
        if (string != 0) {
            hit(onBehalfOfCaller(page, string));
        }
    }

    private static int onBehalfOfCaller(Page page, int slot) {
        int caller = page.caller;
        return caller < 0 ? viaSlot(-caller, slot) : onBehalf(slot);
    }

    // ---------------------------------------------------------------- strings that C2 builds by itself

    /*
     * C2 makes one allocation of new StringBuilder().append(…)….toString() and drops the calls, with the counters of what
     * they allocate (PhaseStringOpts). It does so only if nothing but appending happens between the two ends, so a hook at
     * each end and one in toString() tell which it was: if toString() did not run since the builder was made, C2 made the
     * string. A hook with a branch may stand in front of the builder and behind toString(), but not in between.
     */

    /** A builder of a string is about to be made. */
    @ForceInline
    public static void building() {
        Page page = current();
        if (page != null) {
            page.built = false;
        }
    }

    /** The builder's {@code toString()} ran, and counted what it allocated. */
    @ForceInline
    public static void built() {
        Page page = current();
        if (page != null) {
            page.built = true;
        }
    }

    /** The result of a builder's {@code toString()}: counts here if that did not run. */
    @ForceInline
    public static void built(String result, int bytesSlot, int slot) {
        if (isReplaced()) {
            bytes(lengthOf(result), bytesSlot);
            hit(slot);
        }
    }

    /**
     * As {@link #built(String, int, int)}, counted only.
     *
     * @param strings the slot pair of strings with their bytes
     */
    @ForceInline
    public static void countBuilt(String result, int strings) {
        if (isReplaced()) {
            countSized(strings, Heap.bytes(lengthOf(result)));
        }
    }

    /** Whether the {@code toString()} that should have run did not. */
    @ForceInline
    private static boolean isReplaced() {
        Page page = current();
        if (page == null) {
            return false;
        }
        if (page.built) {
            page.built = false;
            return false;
        }
        return true;
    }

    @ForceInline
    private static int lengthOf(String string) {
        return ((byte[]) UNSAFE.getReference(string, VALUE)).length;
    }

    // ---------------------------------------------------------------- other hooks

    /** The current thread ends: its page is free for the next one. */
    public static void threadEnds() {
        Thread thread = Thread.currentThread();
        Handler listener = handler;
        if (active && listener != null) {
            // An idle thread has no page yet, and at the memory limit none gets one: they end as well.
            Page page = registered(thread);
            if (page != null) {
                quieten(page);
            }
            try {
                listener.threadEnds(thread);
            } catch (Throwable failure) {
                dropped++;
            }
            if (page != null) {
                release(page, thread);
            }
        }
    }

    /**
     * A class is about to be defined through a lookup.
     *
     * @param flags as the VM takes them: bit 1 for hidden classes
     * @return the bytes to define
     */
    public static byte[] defined(byte[] bytes, Class<?> host, int flags) {
        Page page = (flags & 2) == 0 ? null : enterQuiet();
        if (page == null) {
            return bytes;
        }
        try {
            return handler.hidden(bytes, host);
        } catch (Throwable failure) {
            dropped++;
            return bytes;
        } finally {
            unquieten(page, 0);
        }
    }

    /** The VM has copied a class file for an agent: counts unless that is the tracer. */
    public static void classFile(int length, Object agent, int slot) {
        if (agent != ownAgent) {
            bytes(length, slot);
        }
    }

    /** Whether a class loader is asked for a class of this package, which it may not know how to delegate. */
    public static boolean isRecorder(String className) {
        return className != null && className.startsWith("io.tracemalloc.capture.bytebuddy.boot.");
    }

    /**
     * A class of this package.
     *
     * @throws ClassNotFoundException if there is none of this name
     */
    public static Class<?> recorder(String className) throws ClassNotFoundException {
        return Class.forName(className, false, null);
    }

    /** Native memory came from the JDK's allocator. */
    public static void nativeAllocated(long address, long sizeBytes) {
        Page page = enterQuiet();
        if (page != null) {
            try {
                handler.nativeAllocated(address, sizeBytes);
            } catch (Throwable failure) {
                dropped++;
            }
            unquieten(page, 0);
        }
    }

    /** Native memory goes back to the JDK's allocator. */
    public static void nativeFreed(long address) {
        Page page = enterQuiet();
        if (page != null) {
            try {
                handler.nativeFreed(address);
            } catch (Throwable failure) {
                dropped++;
            }
            unquieten(page, 0);
        }
    }

    // ---------------------------------------------------------------- off the hot path

    /*
     * Whatever happens here, a stack without room included, must not reach the program. Samples are taken from here, not
     * from where they are chosen, since each frame that lies above the program's makes it slower to read its operands.
     */
    @DontInline
    private static void slow(int slot) {
        try {
            boolean counted = isCounted(slot);
            Page page = recordingPage();
            long size = page == null ? 0 : countObjectSlowly(page, slot, counted);
            if (size != 0) {
                try {
                    handler.sample(slot, size);
                } finally {
                    unquieten(page, 0);
                }
            }
        } catch (Throwable failure) {
            dropped++;
        }
    }

    @DontInline
    private static void slowArray(int slot, long size) {
        try {
            boolean counted = isCounted(slot);
            Page page = recordingPage();
            if (page != null && countArraySlowly(page, slot, size, counted)) {
                try {
                    handler.sample(slot, size);
                } finally {
                    unquieten(page, 0);
                }
            }
        } catch (Throwable failure) {
            dropped++;
        }
    }

    /** Not 0 if a sample is due, of so many bytes: then the thread is quiet until its end. */
    private static long countObjectSlowly(Page page, int slot, boolean counted) {
        long[] chunk = shownChunk(page, slot);
        int i = Page.FIRST + (slot & (CHUNK - 1));
        if (chunk == null) {
            dropped++;
            return 0;
        }
        if (!counted) {
            chunk[i]--;
        }
        if (chunk[i] >= 0) {
            return 0;
        }
        if (intervalBytes == 0) {
            page.grant(chunk, i, NEVER);
            return 0;
        }
        return chooseObject(page, chunk, i, slot);
    }

    /** Whether a sample is due: then the thread is quiet until its end. */
    private static boolean countArraySlowly(Page page, int slot, long size, boolean counted) {
        long[] chunk = shownChunk(page, slot);
        int i = Page.FIRST + (slot & (CHUNK - 1)) + 1;
        if (chunk == null) {
            dropped++;
            return false;
        }
        if (!counted) {
            chunk[i - 1]--;
            chunk[i] -= size;
        }
        if (chunk[i] >= 0) {
            return false;
        }
        if (intervalBytes == 0) {
            page.grant(chunk, i, NEVER);
            return false;
        }
        return chooseArray(page, chunk, i, size);
    }

    /** Whether the hook that came here has counted: it has if it found this thread's chunk. To be asked before all else. */
    private static boolean isCounted(int slot) {
        long id = UNSAFE.getLong(Thread.currentThread(), THREAD_ID);
        return UNSAFE.getLong(chunk(id, slot), OWNER) == id;
    }

    /** The chunk of a slot, back on the fast path if it should be there and is not. */
    private static long[] shownChunk(Page page, int slot) {
        long[] chunk = page.chunkOf(slot);
        if (chunk != null) {
            page.show(chunk);
            int index = index(page.owner);
            if (isServed(page, index) && TABLES[slot >>> CHUNK_SHIFT][index] != chunk) {
                rearrange(index);
            }
        }
        return chunk;
    }

    /** Lays out a place of the tables anew. */
    private static void rearrange(int index) {
        REGISTRY.lock();
        try {
            arrange(index);
        } finally {
            REGISTRY.unlock();
        }
    }

    /*
     * Each slot of each page is its own Poisson process: a block of s bytes is chosen with probability
     * 1 - exp(-s / interval), whatever was counted before. For equal blocks the gap to the next sample is geometric.
     */
    private static long chooseObject(Page page, long[] chunk, int i, int slot) {
        boolean due = false;
        try {
            quieten(page);
            long size = handler.sizeOf(slot);
            if (size == 0) {
                // Below 0 it stays, and what is counted there counts: the next block asks again.
                return 0;
            }
            boolean chosen = chunk[CHUNK + i] != 0;
            long gap = blocks(page, size);
            if (!chosen && gap > 1) {
                page.grant(chunk, i, gap - 2 - chunk[i]);
                return 0;
            }
            page.grant(chunk, i, (chosen ? gap : blocks(page, size)) - 1 - chunk[i]);
            due = true;
            return size;
        } catch (Throwable failure) {
            dropped++;
            if (chunk[i] < 0) {
                page.grant(chunk, i, 1);
            }
            return 0;
        } finally {
            if (!due) {
                unquieten(page, 0);
            }
        }
    }

    private static boolean chooseArray(Page page, long[] chunk, int i, long size) {
        boolean due = false;
        try {
            quieten(page);
            boolean first = chunk[CHUNK + i] == 0;
            long gap = bytesToSample(page);
            if (first && gap >= size) {
                page.grant(chunk, i, gap);
                return false;
            }
            page.grant(chunk, i, (first ? bytesToSample(page) : gap) - chunk[i]);
            due = true;
            return true;
        } catch (Throwable failure) {
            dropped++;
            if (chunk[i] < 0) {
                page.grant(chunk, i, -chunk[i]);
            }
            return false;
        } finally {
            if (!due) {
                unquieten(page, 0);
            }
        }
    }

    private static long blocks(Page page, long size) {
        return intervalBytes == 1 ? 1 : 1 + (long) (page.gap(intervalBytes) / size);
    }

    private static long bytesToSample(Page page) {
        return intervalBytes == 1 ? 0 : (long) page.gap(intervalBytes);
    }

    private static Variant find(Variant[] table, Class<?> allocated) {
        if (table == null) {
            return null;
        }
        int mask = table.length - 1;
        for (int i = System.identityHashCode(allocated) & mask; ; i = (i + 1) & mask) {
            Variant variant = table[i];
            if (variant == null || variant.refersTo(allocated)) {
                return variant;
            }
        }
    }

    @DontInline
    private static Variant learn(int site, Class<?> allocated) {
        Page page = enterQuiet();
        if (page == null) {
            return null;
        }
        try {
            Variant made = handler.variant(site, allocated);
            synchronized (LOCK) {
                Variant known = find(VARIANTS[site], allocated);
                if (known == null) {
                    VARIANTS[site] = with(VARIANTS[site], made);
                    known = made;
                    addEarly(site, made);
                }
                return known;
            }
        } catch (Throwable failure) {
            dropped++;
            return null;
        } finally {
            unquieten(page, 0);
        }
    }

    private static void addEarly(int site, Variant variant) {
        Variant[] chunk = EARLY[site >>> CHUNK_SHIFT];
        if (chunk == null) {
            chunk = new Variant[2 * CHUNK];
            java.util.Arrays.fill(chunk, NO_VARIANT);
            UNSAFE.storeFence();
            EARLY[site >>> CHUNK_SHIFT] = chunk;
        }
        int place = (site & (CHUNK - 1)) << 1;
        if (chunk[place] != NO_VARIANT) {
            place++;
        }
        if (chunk[place] == NO_VARIANT) {
            UNSAFE.storeFence();
            chunk[place] = variant;
        }
    }

    /** A table with one more entry, without those of unloaded classes; never more than half full. */
    private static Variant[] with(Variant[] old, Variant added) {
        int live = 1;
        if (old != null) {
            for (Variant variant : old) {
                if (variant != null && !variant.refersTo(null)) {
                    live++;
                }
            }
        }
        Variant[] table = new Variant[Math.max(2, Integer.highestOneBit(live) << 2)];
        if (old != null) {
            for (Variant variant : old) {
                if (variant != null && !variant.refersTo(null)) {
                    insert(table, variant);
                }
            }
        }
        insert(table, added);
        UNSAFE.storeFence();
        return table;
    }

    private static void insert(Variant[] table, Variant variant) {
        int mask = table.length - 1;
        int i = variant.hash & mask;
        while (table[i] != null) {
            i = (i + 1) & mask;
        }
        table[i] = variant;
    }

    // ---------------------------------------------------------------- pages and threads

    /** The page of the current thread or of its carrier; null if it has none yet or is not to be recorded. */
    @ForceInline
    private static Page current() {
        long id = UNSAFE.getLong(Thread.currentThread(), THREAD_ID);
        Page page = PAGES[place(id)];
        return page != null && page.ownerId == id ? page : slowCurrent();
    }

    @DontInline
    private static Page slowCurrent() {
        return active ? registered(currentCarrier()) : null;
    }

    /** The platform thread that the current thread runs on. */
    public static Thread currentCarrier() {
        return carrier(Carrier.current());
    }

    /** A thread's id, without asking the thread: a program may override {@code getId}. */
    public static long id(Thread thread) {
        return UNSAFE.getLong(thread, THREAD_ID);
    }

    private static Thread carrier(Thread thread) {
        if (VIRTUAL_THREAD != null && thread.getClass() == VIRTUAL_THREAD) {
            return (Thread) UNSAFE.getReferenceVolatile(thread, CARRIER);
        }
        return thread;
    }

    @ForceInline
    private static int index(Thread thread) {
        return place(UNSAFE.getLong(thread, THREAD_ID));
    }

    /** The page of a thread that is not virtual, made if need be. */
    private static Page registered(Thread thread) {
        // A native thread that is being attached makes its own Thread object before that has an id.
        if (thread == null || UNSAFE.getLong(thread, THREAD_ID) == 0) {
            return null;
        }
        Page first = PAGES[index(thread)];
        if (first != null && first.owner == thread) {
            return first;
        }
        Page page = find(thread);
        return page != null ? page : register(thread);
    }

    private static Page find(Thread thread) {
        REGISTRY.lock();
        try {
            return inChain(thread);
        } finally {
            REGISTRY.unlock();
        }
    }

    private static Page inChain(Thread thread) {
        Page page = PAGES[index(thread)];
        while (page != null && page.owner != thread) {
            page = page.chain;
        }
        return page;
    }

    /** The tracer's own threads are never recorded. */
    private static boolean isOwn(Thread thread) {
        String name = thread.getName();
        return name != null && name.startsWith("tracemalloc-");
    }

    private static Page register(Thread thread) {
        try {
            int index = index(thread);
            REGISTRY.lock();
            try {
                if (!active) {
                    return null;
                }
                // Another thread may have made it meanwhile, the agent's or the one that starts this.
                Page page = inChain(thread);
                if (page != null) {
                    return page;
                }
                page = freePages;
                if (page != null) {
                    freePages = page.free;
                    page.free = null;
                } else if (pageBytes + Page.BYTES > limitBytes) {
                    dropped++;
                    return null;
                } else {
                    pageBytes += Page.BYTES;
                    page = new Page(allPages, System.nanoTime() * GOLDEN ^ index);
                    allocatedBytes += Page.OBJECT_BYTES;
                    allPages = page;
                }
                page.own(thread, UNSAFE.getLong(thread, THREAD_ID));
                if (isOwn(thread)) {
                    page.quietFor = thread;
                    markQuiet(page);
                }
                Page first = PAGES[index];
                if (first == null) {
                    page.chain = null;
                    PAGES[index] = page;
                } else {
                    // Behind the first one, which the fast path may go on serving.
                    page.chain = first.chain;
                    first.chain = page;
                }
                arrange(index);
                return page;
            } finally {
                REGISTRY.unlock();
            }
        } catch (OutOfMemoryError noPage) {
            dropped++;
            return null;
        }
    }

    /**
     * Lays out a place of the tables anew, under the registry lock. Hooks that go on by a call find there the first page's
     * chunks, and no more than that is needed. Those that only count must find for themselves
     * <ul>
     *   <li>first, what belongs to one thread: its sink if it is quiet, else its chunks if no other is there;
     *   <li>second, what virtual threads may count in, atomically: the same where there is one thread, which is their
     *       carrier, else what is shared.
     * </ul>
     */
    private static void arrange(int index) {
        Page first = PAGES[index];
        boolean counting = intervalBytes == 0;
        boolean alone = first != null && first.chain == null;
        long[] sink = null;
        for (Page page = first; counting && page != null; page = page.chain) {
            if (page.quiet != 0) {
                sink = page.sink;
            }
        }
        long[][] chunks = alone || (first != null && !counting) ? first.directory : NO_CHUNKS;
        // The owner may be running, and what the last one counted in these chunks has to come first.
        UNSAFE.storeFence();
        // No calls from here on: they might find no stack in the midst.
        for (int k = 0; k < tableEnd; k++) {
            long[][] table = TABLES[k];
            if (table != null) {
                long[] shared = SHARED[k];
                long[] own = sink != null ? sink : k < chunks.length && chunks[k] != null ? chunks[k] : shared;
                long[] others = alone ? own : shared;
                if (table[index] != own) {
                    table[index] = own;
                }
                if (TABLE != THREADS && table[THREADS + index] != others) {
                    table[THREADS + index] = others;
                }
            }
        }
    }

    /** Whether the fast path finds, or should find, a page's chunks. */
    private static boolean isServed(Page page, int index) {
        return PAGES[index] == page && (intervalBytes != 0 || (page.chain == null && page.quiet == 0));
    }

    /** Whether the memory limit leaves no room for another chunk and its table. */
    public static boolean isFull() {
        return pageBytes + Page.CHUNK_BYTES + TABLE_BYTES > limitBytes;
    }

    /** Whether it leaves none for a chunk of this number. */
    static boolean isFull(int number) {
        return pageBytes + chunkBytes(number) > limitBytes;
    }

    private static long chunkBytes(int number) {
        return Page.CHUNK_BYTES + (TABLES[number] == null ? TABLE_BYTES : 0);
    }

    /** A chunk that the current thread's page did not have; null beyond the memory limit. */
    static long[] newChunk(Page page, int number) {
        REGISTRY.lock();
        try {
            long[] chunk = page.chunk(number);
            if (chunk == null) {
                long before = pageBytes;
                chunk = addChunk(page, number);
                if (chunk != null) {
                    allocatedBytes += pageBytes - before + 16 + 4L * page.directory.length;
                }
            }
            return chunk;
        } finally {
            REGISTRY.unlock();
        }
    }

    /** Gives a page a chunk, under the registry lock; null beyond the memory limit. */
    private static long[] addChunk(Page page, int number) {
        if (isFull(number)) {
            return null;
        }
        try {
            // Room for it first, so that a chunk is never counted in and not summed.
            long[][] directory = page.directoryFor(number);
            long bytes = chunkBytes(number);
            if (TABLES[number] == null) {
                long[][] table = new long[TABLE][];
                long[] shared = Page.counters(Page.NOBODY, 0);
                java.util.Arrays.fill(table, shared);
                for (Page quiet = allPages; quiet != null; quiet = quiet.next) {
                    if (quiet.owner != null && quiet.quiet != 0 && quiet.sink != null) {
                        int index = index(quiet.owner);
                        table[index] = quiet.sink;
                        if (TABLE != THREADS) {
                            table[THREADS + index] = PAGES[index].chain == null ? quiet.sink : shared;
                        }
                    }
                }
                UNSAFE.storeFence();
                SHARED[number] = shared;
                TABLES[number] = table;
                tableEnd = Math.max(tableEnd, number + 1);
            }
            long[] chunk = Page.chunk(page.ownerId, intervalBytes == 0 ? NEVER : 0);
            pageBytes += bytes;
            directory[number] = chunk;
            page.directory = directory;
            arrange(index(page.owner));
            return chunk;
        } catch (OutOfMemoryError noChunk) {
            return null;
        }
    }

    /**
     * Gives threads that count in shared counters some of their own, where they have a page; only while nothing is sampled
     * here, as nothing is shared otherwise.
     *
     * @return how many were met, of which {@link #unknownThreads} have none
     */
    public static int giveChunks() {
        if (!active || intervalBytes != 0) {
            return 0;
        }
        int met = 0;
        for (int number = 0; number < MAX_CHUNKS; number++) {
            long[] shared = SHARED[number];
            if (shared == null) {
                continue;
            }
            long id = shared[Page.MISSING];
            if (id != 0) {
                shared[Page.MISSING] = 0;
                met++;
                if (!giveChunk(id, number)) {
                    unknownThreads++;
                }
            }
        }
        return met;
    }

    /** False if there is no such page. */
    private static boolean giveChunk(long threadId, int number) {
        REGISTRY.lock();
        try {
            int index = place(threadId);
            Page page = PAGES[index];
            while (page != null && page.ownerId != threadId) {
                page = page.chain;
            }
            if (page == null) {
                return false;
            }
            if (page.chunk(number) == null) {
                addChunk(page, number);
            } else {
                arrange(index);
            }
            return true;
        } finally {
            REGISTRY.unlock();
        }
    }

    /** How often {@link #giveChunks} met a thread that has no page, ever: native ones that came by themselves. */
    public static long unknownThreads() {
        return unknownThreads;
    }

    /** A thread is about to start, or was found: it gets a page, before it counts. */
    public static void threadStarts(Thread thread) {
        // At the memory limit nothing is lost by it: what is shared counts.
        if (active && (freePages != null || pageBytes + Page.BYTES <= limitBytes)) {
            try {
                registered(thread);
            } catch (Throwable failure) {
                dropped++;
            }
        }
    }

    /**
     * Frees the pages of threads that did not start or ended unseen, by the second call that finds them so: whoever is
     * about to start is not alive either.
     */
    public static void freePagesOfDead() {
        for (Page page = allPages; page != null; page = page.next) {
            Thread owner = page.owner;
            if (owner == null || owner.isAlive()) {
                page.foundDead = false;
                if (owner != null && page.quiet == 0 && page.sink != null) {
                    // Where there was no stack left to end the quiet.
                    rearrange(index(owner));
                }
            } else if (page.foundDead) {
                page.foundDead = false;
                release(page, owner);
            } else {
                page.foundDead = true;
            }
        }
    }

    private static void release(Page page, Thread owner) {
        REGISTRY.lock();
        try {
            if (page.owner == owner && takeOut(page)) {
                page.quiet = 0;
                // Else a page that waits for its next owner would keep the last one, and what that refers to.
                page.quietFor = null;
                page.owner = null;
                page.free = freePages;
                freePages = page;
            }
        } finally {
            REGISTRY.unlock();
        }
    }

    /** Takes a page out of its chain; false if recording was stopped meanwhile. */
    private static boolean takeOut(Page page) {
        int index = index(page.owner);
        if (PAGES[index] == page) {
            PAGES[index] = page.chain;
        } else {
            Page before = PAGES[index];
            while (before != null && before.chain != page) {
                before = before.chain;
            }
            if (before == null) {
                return false;
            }
            before.chain = page.chain;
        }
        page.chain = null;
        arrange(index);
        return true;
    }

    /** A lock that neither allocates nor parks: it is held for a few instructions, on threads that allocate. */
    private static final class RegistryLock {
        private static final long HELD = UNSAFE.objectFieldOffset(RegistryLock.class, "held");
        private volatile int held;

        void lock() {
            while (!UNSAFE.compareAndSetInt(this, HELD, 0, 1)) {
                Thread.onSpinWait();
            }
        }

        void unlock() {
            held = 0;
        }
    }

    // ---------------------------------------------------------------- for the agent

    /** Lets the current thread allocate unrecorded until {@link #endQuiet}; nests. Null if it is not recorded anyway. */
    private static Page enterQuiet() {
        Page page = recordingPage();
        if (page == null) {
            return null;
        }
        try {
            quieten(page);
            return page;
        } catch (StackOverflowError noRoom) {
            noLongerQuiet(page);
            dropped++;
            return null;
        }
    }

    /** The current thread's page; null where its allocations are not recorded. */
    private static Page recordingPage() {
        Page page = slowCurrent();
        return page == null || isQuiet(page) ? null : page;
    }

    /** From now on the current thread's allocations are not recorded, until {@link #endQuiet}; nests. */
    public static void beginQuiet() {
        Page page = slowCurrent();
        if (page != null) {
            quieten(page);
        }
    }

    /** Ends {@link #beginQuiet}. */
    public static void endQuiet() {
        Page page = slowCurrent();
        if (page != null && isQuiet(page)) {
            unquieten(page, page.quiet - 1);
        }
    }

    /**
     * A class of the boot loader. From here no security manager asks whether the program below may do so.
     *
     * @throws ClassNotFoundException if there is none of this binary name
     */
    public static Class<?> bootClass(String name) throws ClassNotFoundException {
        return Class.forName(name, false, null);
    }

    /** Whether the JVM writes an archive of the classes it has loaded when it ends. */
    public static boolean isArchiving() {
        return CDS.isDumpingArchive();
    }

    /** Whether the current thread is virtual. */
    public static boolean isVirtual() {
        return VIRTUAL_THREAD != null && Thread.currentThread().getClass() == VIRTUAL_THREAD;
    }

    /** Whether the current thread is between {@link #beginQuiet} and {@link #endQuiet}. */
    public static boolean isQuiet() {
        Page page = slowCurrent();
        return page != null && isQuiet(page);
    }

    /** Takes the counters away from the page's thread. */
    private static void quieten(Page page) {
        if (page.quiet != 0) {
            page.quiet++;
            return;
        }
        countUnclaimed(page);
        if (intervalBytes == 0) {
            REGISTRY.lock();
            try {
                markQuiet(page);
                arrange(index(page.owner));
            } finally {
                REGISTRY.unlock();
            }
        } else {
            markQuiet(page);
        }
        page.quietFor = Thread.currentThread();
        pin(PIN);
    }

    /**
     * Where hooks ask a slow path, chunks are hidden from the fast one. Where they only count, this is under the registry
     * lock, and the owner counts in a sink once its place is laid out anew.
     */
    private static void markQuiet(Page page) {
        if (intervalBytes != 0) {
            page.quiet = 1;
            page.hide();
            return;
        }
        if (page.sink == null) {
            try {
                page.sink = Page.counters(page.ownerId, NEVER);
                pageBytes += Page.COUNTERS_BYTES;
                allocatedBytes += Page.COUNTERS_BYTES;
            } catch (OutOfMemoryError noSink) {
                // What the tracer does then counts.
                dropped++;
            }
        }
        page.quiet = 1;
    }

    /** The page's thread is no longer quiet. */
    private static void noLongerQuiet(Page page) {
        page.quietFor = null;
        // Before all that may find no stack: the agent, or the next slow hit, makes up for the rest.
        page.quiet = 0;
        if (intervalBytes != 0) {
            page.show();
        } else if (page.owner != null) {
            rearrange(index(page.owner));
        }
    }

    /** Back to how quiet the page was. Where the stack has no room for this, the next slow hit makes up for it. */
    private static void unquieten(Page page, int before) {
        if (before != 0) {
            page.quiet = before;
            return;
        }
        try {
            // While it is still quiet: the reflective call allocates too.
            pin(UNPIN);
        } finally {
            page.unclaimed = 0;
            noLongerQuiet(page);
        }
    }

    /**
     * A virtual thread must not leave its carrier while it runs a handler: the page is the carrier's, and whoever waits
     * for a lock of the handler may be the one that would have to resume it.
     */
    private static void pin(java.lang.reflect.Method pinOrUnpin) {
        if (pinOrUnpin != null && isVirtual()) {
            try {
                pinOrUnpin.invoke(null, NO_ARGUMENTS);
            } catch (ReflectiveOperationException | RuntimeException refused) {
                dropped++;
            }
        }
    }

    private static java.lang.reflect.Method continuation(String name) {
        try {
            return VIRTUAL_THREAD == null
                    ? null
                    : Class.forName("jdk.internal.vm.Continuation").getMethod(name);
        } catch (ReflectiveOperationException | RuntimeException otherJdk) {
            return null;
        }
    }

    /** A virtual thread that lost its carrier while quiet must not leave the next one on it unrecorded. */
    private static boolean isQuiet(Page page) {
        if (page.quiet == 0) {
            return false;
        }
        if (page.quietFor == Thread.currentThread()) {
            return true;
        }
        page.unclaimed = 0;
        noLongerQuiet(page);
        return false;
    }

    /**
     * Starts to record.
     *
     * @param sampleIntervalBytes mean bytes between samples, 0 for none, 1 for every block
     * @param memoryLimitBytes what all pages together may take; what needs more is dropped and counted
     * @param callers whether classes call {@link #enterJdk} and {@link #onBehalf}
     */
    public static void start(Handler agent, long sampleIntervalBytes, long memoryLimitBytes, boolean callers) {
        if (callers && pairs == null) {
            pairs = new long[1 << PAIR_BITS];
        }
        forgetShared();
        limitBytes = memoryLimitBytes;
        handler = agent;
        intervalBytes = sampleIntervalBytes;
        dropped = 0;
        active = true;
    }

    /** Names the instrumentation by which classes get their hooks. */
    public static void useAgent(Object instrumentation) {
        ownAgent = instrumentation;
    }

    /** Stops to record and lets go of all pages. */
    public static void stop() {
        active = false;
        REGISTRY.lock();
        try {
            for (int i = 0; i < THREADS; i++) {
                PAGES[i] = null;
            }
            for (int k = 0; k < tableEnd; k++) {
                if (TABLES[k] != null) {
                    java.util.Arrays.fill(TABLES[k], SHARED[k]);
                }
            }
            allPages = null;
            freePages = null;
            pageBytes = 0;
        } finally {
            REGISTRY.unlock();
        }
    }

    /** Hooks that are still there when a session has ended count in what is shared. */
    private static void forgetShared() {
        for (long[] shared : SHARED) {
            if (shared != null) {
                java.util.Arrays.fill(shared, Page.MISSING, shared.length, 0);
            }
        }
    }

    /**
     * An instance without running a constructor, to be measured. Initialises the class: ask {@link #isInitialized} before.
     *
     * @throws InstantiationException if the class has no instances
     */
    public static Object allocate(Class<?> type) throws InstantiationException {
        return UNSAFE.allocateInstance(type);
    }

    /** Whether a class has been initialised. */
    public static boolean isInitialized(Class<?> type) {
        return !UNSAFE.shouldBeInitialized(type);
    }

    /** Where a field begins in its object. */
    public static long offset(java.lang.reflect.Field field) {
        return UNSAFE.objectFieldOffset(field);
    }

    /** Events lost because the handler failed; racy, so at least some of them. */
    public static long dropped() {
        return dropped;
    }

    /** Forgets the variants of all sites, and the slots of calling sites: the handler is asked anew. */
    public static void forgetVariants() {
        synchronized (LOCK) {
            java.util.Arrays.fill(VARIANTS, null);
            java.util.Arrays.fill(EARLY, null);
            java.util.Arrays.fill(VIA, 0);
            if (pairs != null) {
                java.util.Arrays.fill(pairs, 0);
            }
        }
    }

    /** Bytes that pages have taken from the heap; never less than before. */
    public static long allocatedBytes() {
        return allocatedBytes;
    }

    /** Bytes that all pages hold. */
    public static long overheadBytes() {
        return pageBytes;
    }

    /**
     * Adds up the counters of all threads, while they go on.
     *
     * @param totals gets the count (or bytes) of each slot added; slots beyond its length are left out
     */
    public static void sum(long[] totals) {
        for (int k = 0; k < MAX_CHUNKS && k << CHUNK_SHIFT < totals.length; k++) {
            long[] shared = SHARED[k];
            if (shared != null) {
                int slots = Math.min(CHUNK, totals.length - (k << CHUNK_SHIFT));
                for (int i = 0; i < slots; i++) {
                    totals[(k << CHUNK_SHIFT) + i] -= shared[Page.FIRST + i];
                }
            }
        }
        for (Page page = allPages; page != null; page = page.next) {
            long[][] directory = page.directory;
            for (int k = 0; k < directory.length && k << CHUNK_SHIFT < totals.length; k++) {
                long[] chunk = directory[k];
                if (chunk != null) {
                    sum(page, chunk, totals, k << CHUNK_SHIFT);
                }
            }
        }
    }

    private static void sum(Page page, long[] chunk, long[] totals, int firstSlot) {
        int slots = Math.min(CHUNK, totals.length - firstSlot);
        for (int i = Page.FIRST; i < Page.FIRST + slots; i++) {
            long counted;
            int version;
            do {
                version = page.version;
                while ((version & 1) != 0) {
                    Thread.onSpinWait();
                    version = page.version;
                }
                counted = chunk[CHUNK + i] - chunk[i];
                UNSAFE.loadFence();
            } while (version != page.version);
            totals[firstSlot + i - Page.FIRST] += counted;
        }
    }
}
