package io.tracemalloc.capture.bytebuddy;

import com.sun.management.ThreadMXBean;
import io.tracemalloc.capture.bytebuddy.boot.Recorder;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What the application really allocated on the heap, from the VM's own accounts, to be held against what was counted.
 *
 * <p>The tracer's own allocations are taken off: its threads, what it allocates on application threads, and the
 * counters. Safe for any thread.
 */
final class HeapTruth {

    private static final String OWN_THREADS = "tracemalloc-";
    private static final long NOT_BEGUN = Long.MIN_VALUE;

    /** How often accounts and counters are read to begin with: once they should be of nearly the same moment. */
    private static final int TURNS = 5;

    private final AtomicLong ownOnApplicationThreads = new AtomicLong();

    /** Threads whose account is closed, though the VM may list them still. Guarded by itself, as is what all such had. */
    private final List<WeakReference<Thread>> ending = new ArrayList<>();

    private long ended;

    /** Threads that do some of the tracer's work, and what each had allocated when it began. Changed with its lock held. */
    private final Map<Thread, Long> working = new ConcurrentHashMap<>();

    private volatile @Nullable ThreadMXBean threads;
    private volatile long baseline = NOT_BEGUN;
    private volatile long countedBefore;

    /* Takes some ten milliseconds the first time in a JVM. */
    private void open() {
        if (ManagementFactory.getThreadMXBean() instanceof ThreadMXBean bean
                && bean.isThreadAllocatedMemorySupported()) {
            bean.setThreadAllocatedMemoryEnabled(true);
            threads = bean;
        }
    }

    /**
     * Counts from now on; what the recorder has counted so far is set aside.
     *
     * @param counted bytes counted until now; asked several times, as the program goes on
     */
    void begin(LongSupplier counted) {
        if (threads == null) {
            try {
                open();
            } catch (LinkageError absent) {
                // A program may run without the module java.management.
                return;
            }
        }
        if (threads == null) {
            return;
        }
        // What a program allocates between two readings is in the later one alone. The first turn loads classes.
        long before = counted.getAsLong();
        long smallest = Long.MAX_VALUE;
        for (int turn = 0; turn < TURNS; turn++) {
            long total = total();
            long behind = counted.getAsLong();
            if (behind - before <= smallest) {
                smallest = behind - before;
                countedBefore = before + smallest / 2;
                baseline = total;
            }
            before = behind;
        }
    }

    /** Of the bytes that the recorder has counted, those since {@link #begin}. */
    long countedSinceBegin(long countedBytes) {
        return countedBytes - countedBefore;
    }

    /** Bytes allocated by the application since {@link #begin}; -1 if this JVM does not tell. */
    long allocatedBytes() {
        return baseline == NOT_BEGUN ? -1 : Math.max(0, total() - baseline);
    }

    private long total() {
        ThreadMXBean bean = threads;
        if (bean == null) {
            return 0;
        }
        long sum = -Recorder.allocatedBytes();
        synchronized (working) {
            sum -= ownOnApplicationThreads.get();
            for (Map.Entry<Thread, Long> one : working.entrySet()) {
                sum -= bean.getThreadAllocatedBytes(Recorder.id(one.getKey())) - one.getValue();
            }
        }
        // No thread ends meanwhile: all that it ever allocated would be missing, or there twice.
        synchronized (ending) {
            forgetEnded();
            sum += ended;
            long[] ids = bean.getAllThreadIds();
            long[] bytes = bean.getThreadAllocatedBytes(ids);
            java.lang.management.ThreadInfo[] infos = bean.getThreadInfo(ids);
            for (int i = 0; i < ids.length; i++) {
                boolean own = infos[i] != null && isOwn(infos[i].getThreadName());
                sum += own || isEnding(ids[i]) ? 0 : Math.max(0, bytes[i]);
            }
        }
        return sum;
    }

    /** The current thread ends: its account is closed. */
    void threadEnds(Thread thread) {
        if (isOwn(thread.getName())) {
            return;
        }
        synchronized (ending) {
            ThreadMXBean bean = threads;
            if (bean != null) {
                ended += Math.max(0, bean.getThreadAllocatedBytes(Recorder.id(thread)));
            }
            forgetEnded();
            ending.add(new WeakReference<>(thread));
        }
    }

    /* With the lock held. No lambda: the first thread may end before main. */
    private void forgetEnded() {
        for (Iterator<WeakReference<Thread>> each = ending.iterator(); each.hasNext(); ) {
            Thread thread = each.next().get();
            if (thread == null || !thread.isAlive()) {
                each.remove();
            }
        }
    }

    /* With the lock held. */
    private boolean isEnding(long id) {
        for (WeakReference<Thread> each : ending) {
            Thread thread = each.get();
            if (thread != null && Recorder.id(thread) == id) {
                return true;
            }
        }
        return false;
    }

    /**
     * Bytes that the current thread has allocated; -1 while that is unknown. For {@link #ownSince}. A virtual thread
     * has no account: its carrier's, which it must keep in between.
     */
    long ofCurrentThread() {
        ThreadMXBean bean = threads;
        long id = Recorder.id(Recorder.currentCarrier());
        return bean == null || id <= 0 ? -1 : bean.getThreadAllocatedBytes(id);
    }

    /** What the current thread allocated since then, it allocated for the tracer. */
    void ownSince(long before) {
        if (before >= 0 && isApplications(Thread.currentThread())) {
            ownOnApplicationThreads.addAndGet(ofCurrentThread() - before);
        }
    }

    /**
     * Does some of the tracer's work on the current thread, which is not virtual. Not to be nested, nor done where
     * {@link #ownSince} follows.
     */
    void own(Runnable work) {
        Thread thread = Thread.currentThread();
        if (isOwn(thread.getName())) {
            work.run();
            return;
        }
        // Where the accounts are opened meanwhile, all that it has allocated until then is left out of both sides.
        long before = Math.max(0, ofCurrentThread());
        synchronized (working) {
            working.put(thread, before);
        }
        try {
            work.run();
        } finally {
            synchronized (working) {
                working.remove(thread);
                if (threads != null) {
                    ownOnApplicationThreads.addAndGet(ofCurrentThread() - before);
                }
            }
        }
    }

    /** The JVM copied a class for the transformer, on the current thread: its bytes and its name. */
    void ownCopy(long before, int classBytes, int nameLength) {
        if (before >= 0 && isApplications(Thread.currentThread())) {
            ownOnApplicationThreads.addAndGet(16L + classBytes + 40 + nameLength);
        }
    }

    /** Whether what it allocates for the tracer has to be told apart. */
    private boolean isApplications(Thread thread) {
        return !isOwn(thread.getName()) && !working.containsKey(thread);
    }

    private static boolean isOwn(String threadName) {
        return threadName.startsWith(OWN_THREADS);
    }
}
