package io.tracemalloc.capture.bytebuddy.boot;

import jdk.internal.vm.annotation.ForceInline;

/**
 * The platform thread that runs the current code: of a virtual thread its carrier, which has the page.
 *
 * <p>JDKs with virtual threads have a method of their own for this, an intrinsic as {@link Thread#currentThread} is, but
 * only for {@code java.lang}, and not the JDK that compiles this. There the agent defines another class of this name,
 * which calls that. As it stands here a virtual thread is told for itself: it has no page, so it counts in what all threads share.
 */
final class Carrier {

    private Carrier() {}

    @ForceInline
    static Thread current() {
        return Thread.currentThread();
    }
}
