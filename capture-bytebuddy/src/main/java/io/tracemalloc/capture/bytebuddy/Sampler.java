package io.tracemalloc.capture.bytebuddy;

import io.tracemalloc.LiveTracking;
import io.tracemalloc.TraceOptions;
import io.tracemalloc.capture.bytebuddy.SiteTable.Kind;
import io.tracemalloc.capture.bytebuddy.SiteTable.Site;
import io.tracemalloc.capture.bytebuddy.SiteTable.Slot;
import io.tracemalloc.capture.bytebuddy.boot.Handler;
import io.tracemalloc.capture.bytebuddy.boot.Operands;
import io.tracemalloc.capture.bytebuddy.boot.Variant;
import io.tracemalloc.internal.Names;
import java.lang.reflect.Method;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Takes what the recorder cannot do by itself: samples, and slots for classes met at run time.
 *
 * <p>Called on application threads, which the recorder ignores meanwhile.
 */
final class Sampler extends Handler {

    private final SiteTable table;
    private final Sizes sizes;
    private final NativeMemory nativeMemory;
    private final HeapTruth heapTruth;
    private final int frames;
    private final long intervalBytes;
    private final boolean live;
    private final HookForm form;
    final Tracebacks tracebacks;
    final Samples samples = new Samples();
    final LiveSet liveSet;
    /** Made for the first sample; null before, and where this JVM has none. */
    private volatile @Nullable Operands operands;

    private volatile boolean operandsAsked;
    private final AtomicLong unfollowed = new AtomicLong();
    private final AtomicLong cut = new AtomicLong();

    Sampler(SiteTable table, Sizes sizes, NativeMemory nativeMemory, HeapTruth heapTruth, TraceOptions options) {
        this.table = table;
        this.sizes = sizes;
        this.nativeMemory = nativeMemory;
        this.heapTruth = heapTruth;
        this.frames = options.frames();
        this.live = options.live() != LiveTracking.OFF;
        this.form = HookForm.of(options);
        this.intervalBytes = intervalBytes(options);
        // The other half of a limit is the recorder's, see ByteBuddyBackend.start.
        long half = options.memoryLimitBytes() / 2;
        long stackBytes = frames == 1 ? 0 : live ? half / 2 : half;
        this.tracebacks = new Tracebacks(frames, stackBytes, Sampler.class);
        this.liveSet = new LiveSet(half - stackBytes);
    }

    /** The interval that the recorder is to sample at: 0 for never. */
    static long intervalBytes(TraceOptions options) {
        if (options.live() == LiveTracking.EXACT) {
            return 1;
        }
        return options.frames() == 1 && options.live() == LiveTracking.OFF ? 0 : options.intervalBytes();
    }

    private @Nullable Operands operands() {
        if (!operandsAsked) {
            try {
                operands = live ? new Operands() : null;
            } catch (ReflectiveOperationException | LinkageError | RuntimeException otherVm) {
                operands = null;
            }
            operandsAsked = true;
        }
        return operands;
    }

    /** Whether live objects can be followed in this JVM. */
    boolean followsLive() {
        return operands() != null;
    }

    /** Samples whose object could not be read, so that they are missing from the live values. */
    long unfollowed() {
        return unfollowed.get();
    }

    /** Samples whose stack was not kept for want of memory. */
    long cut() {
        return cut.get();
    }

    @Override
    public long sizeOf(int slot) {
        long known = sizes.known(slot);
        if (known != 0) {
            return known;
        }
        long before = heapTruth.ofCurrentThread();
        long size = form.isInFront() ? sizes.ofKnown(slot) : sizes.of(slot);
        heapTruth.ownSince(before);
        return size;
    }

    @Override
    public void sample(int slot, long sizeBytes) {
        long before = heapTruth.ofCurrentThread();
        // First of all: each frame more is one more to read before the program's.
        Operands reader = operands();
        take(slot, sizeBytes, reader == null ? null : reader.top(Sampler.class, slot));
        heapTruth.ownSince(before);
    }

    /** An object that is not there is not followed, or was removed by the JIT: it will never be on the heap. */
    private void take(int slot, long sizeBytes, @Nullable Object object) {
        Slot site = table.slot(slot);
        if (site == null) {
            site = table.slot(slot - 1);
        }
        if (site == null || site.kind() == Kind.COUNTED_TWICE) {
            return;
        }
        double weight = intervalBytes == 1 ? 1 : 1 / -Math.expm1(-(double) sizeBytes / intervalBytes);
        Tracebacks.Stack stack = Tracebacks.Stack.SITE_ONLY;
        if (frames > 1) {
            stack = tracebacks.capture(site.number(), site.location());
            if (stack.isSiteOnly()) {
                cut.incrementAndGet();
            }
        }
        Samples.Cell cell = samples.cell(site.number(), stack);
        cell.add(weight, sizeBytes);
        if (object != null) {
            follow(object, site, cell, sizeBytes, weight);
        }
    }

    private void follow(Object object, Slot site, Samples.Cell cell, long sizeBytes, double weight) {
        if (site.kind() != Kind.LAMBDA
                && !Names.className(object.getClass().getName()).equals(site.type())) {
            unfollowed.incrementAndGet();
            return;
        }
        liveSet.add(object, cell, sizeBytes, weight);
    }

    @Override
    public Variant variant(int number, Class<?> allocated) {
        long before = heapTruth.ofCurrentThread();
        try {
            return variantOf(number, allocated);
        } finally {
            heapTruth.ownSince(before);
        }
    }

    private Variant variantOf(int number, Class<?> allocated) {
        Site site = table.site(number);
        if (!isMadeBy(site, allocated)) {
            return new Variant(allocated, 0);
        }
        Kind kind = allocated.isArray() ? Kind.ARRAY : Kind.OBJECT;
        int slot = table.slotFor(site.location(), Names.className(allocated.getName()), kind);
        if (kind == Kind.OBJECT && slot != 0) {
            sizes.learn(slot, allocated);
        }
        return new Variant(allocated, slot);
    }

    private static boolean isMadeBy(Site site, Class<?> allocated) {
        return switch (site.origin()) {
            case RESULT -> true;
            case CALLER -> !(allocated.isHidden() && allocated.getName().contains("$$Lambda"));
            case CLONE -> isCopyOf(site.target(), allocated) && !overridesClone(allocated, allocated.getName());
            case SUPER_CLONE -> isCopyOf(site.target(), allocated) && !overridesClone(allocated, site.target());
        };
    }

    /**
     * Whether the result of {@code clone} may be a copy of the receiver, of which the class that the call names is known: a
     * method that overrides {@code clone} may return anything.
     */
    private static boolean isCopyOf(String receiver, Class<?> result) {
        Class<?> ancestor = result;
        while (ancestor != null && !ancestor.getName().equals(receiver)) {
            ancestor = ancestor.getSuperclass();
        }
        return ancestor != null;
    }

    /** Whether {@code clone} as seen from an ancestor is anything but {@code Object}'s own. */
    private static boolean overridesClone(Class<?> type, String fromAncestor) {
        Class<?> ancestor = type;
        while (ancestor != null && !ancestor.getName().equals(fromAncestor)) {
            ancestor = ancestor.getSuperclass();
        }
        while (ancestor != null && ancestor != Object.class) {
            for (Method method : ancestor.getDeclaredMethods()) {
                if (method.getName().equals("clone") && method.getParameterCount() == 0) {
                    return true;
                }
            }
            ancestor = ancestor.getSuperclass();
        }
        return false;
    }

    @Override
    public int viaSlot(int callerSite, int slot) {
        long before = heapTruth.ofCurrentThread();
        try {
            return slotVia(callerSite, slot);
        } finally {
            heapTruth.ownSince(before);
        }
    }

    private int slotVia(int callerSite, int slot) {
        Slot made = table.slot(slot);
        if (made == null) {
            return slot;
        }
        int own = table.slotFor(table.site(callerSite).location(), made.type(), made.kind());
        if (own != 0 && made.kind() == Kind.OBJECT) {
            sizes.copy(slot, own);
        }
        return own == 0 ? slot : own;
    }

    @Override
    public int pairSlot(int programSite, int slot) {
        long before = heapTruth.ofCurrentThread();
        try {
            return slotOfPair(programSite, slot);
        } finally {
            heapTruth.ownSince(before);
        }
    }

    private int slotOfPair(int programSite, int slot) {
        Slot made = table.slot(slot);
        if (made == null || made.caller() != null || table.isProgram(made.location())) {
            return slot;
        }
        int pair = table.slotFor(
                made.location(),
                made.type(),
                made.kind(),
                table.site(programSite).location());
        if (pair != 0 && made.kind() == Kind.OBJECT) {
            sizes.copy(slot, pair);
        }
        return pair == 0 ? slot : pair;
    }

    @Override
    public byte[] hidden(byte[] bytes, Class<?> host) {
        long before = heapTruth.ofCurrentThread();
        try {
            return HiddenClasses.instrument(bytes, host, table, form);
        } finally {
            heapTruth.ownSince(before);
        }
    }

    @Override
    public void nativeAllocated(long address, long sizeBytes) {
        long before = heapTruth.ofCurrentThread();
        nativeMemory.allocated(address, sizeBytes);
        heapTruth.ownSince(before);
    }

    @Override
    public void nativeFreed(long address) {
        long before = heapTruth.ofCurrentThread();
        nativeMemory.freed(address);
        heapTruth.ownSince(before);
    }

    @Override
    public void threadEnds(Thread thread) {
        heapTruth.threadEnds(thread);
    }

    List<Samples.Cell> cellsBySlot() {
        return samples.bySlot();
    }

    void clear() {
        samples.clear();
        tracebacks.clear();
        liveSet.clear();
        unfollowed.set(0);
        cut.set(0);
    }

    long overheadBytes() {
        return samples.overheadBytes() + tracebacks.overheadBytes() + liveSet.overheadBytes();
    }
}
