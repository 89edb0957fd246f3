package io.tracemalloc.capture.bytebuddy.boot;

import java.lang.ref.WeakReference;

/**
 * The slot of one class at a site that can allocate several.
 *
 * <p>Refers weakly to the class, so that classes can be unloaded. Immutable. Not for users.
 */
public final class Variant extends WeakReference<Class<?>> {

    final int hash;
    final int slot;
    final boolean array;

    /**
     * A slot for a class.
     *
     * @param slot first of the pair for arrays; 0 if these blocks are counted elsewhere
     */
    public Variant(Class<?> allocated, int slot) {
        super(allocated);
        this.hash = System.identityHashCode(allocated);
        this.slot = slot;
        this.array = allocated.isArray();
    }
}
