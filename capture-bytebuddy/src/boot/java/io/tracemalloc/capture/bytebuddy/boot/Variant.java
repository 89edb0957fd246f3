package io.tracemalloc.capture.bytebuddy.boot;

import java.lang.ref.WeakReference;
import jdk.internal.vm.annotation.ForceInline;
import jdk.internal.vm.annotation.Stable;

/**
 * The slot of one class at a site that can allocate several.
 *
 * <p>Refers weakly to the class, so that classes can be unloaded. Immutable. Not for users.
 */
public final class Variant extends WeakReference<Class<?>> {

    static final int OBJECT = 1;
    static final int ARRAY = 2;

    final int hash;

    /** Stable, as what follows: a first variant is a constant of compiled code, and then these are, too. */
    @Stable
    final int slot;

    /** {@link #OBJECT} or {@link #ARRAY}: not a boolean, whose false would be no constant of compiled code. */
    @Stable
    final int kind;

    /** Bytes of an array without elements, before alignment. */
    @Stable
    private final long base;

    @Stable
    private final int shift;

    /**
     * A slot for a class.
     *
     * @param slot first of the pair for arrays; 0 if these blocks are counted elsewhere
     */
    public Variant(Class<?> allocated, int slot) {
        super(allocated);
        this.hash = System.identityHashCode(allocated);
        this.slot = slot;
        this.kind = slot != 0 && allocated.isArray() ? ARRAY : OBJECT;
        Class<?> element = kind == ARRAY ? allocated.getComponentType() : Object.class;
        this.base = Heap.base(element);
        this.shift = Heap.shift(element);
    }

    /** Bytes of an array with so many elements. */
    @ForceInline
    long size(int length) {
        return Heap.aligned(base + ((long) length << shift));
    }
}
