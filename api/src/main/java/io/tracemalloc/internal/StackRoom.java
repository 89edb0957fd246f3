package io.tracemalloc.internal;

/**
 * Fails while nothing is held yet: a stack that overflows between taking a lock and giving it back would leave it taken
 * for good, and one that overflows in a backend would leave that half started or half stopped.
 *
 * <p>Stateless.
 */
final class StackRoom {

    /** Calls of 32 bytes at the least where compiled, of three times as much where interpreted. */
    private static final int CALLS = 1_000;

    private StackRoom() {}

    /**
     * Makes sure that this thread has some 32 KiB of stack left.
     *
     * @throws StackOverflowError if not
     */
    static void require() {
        descend(CALLS);
    }

    private static int descend(int calls) {
        return calls == 0 ? 0 : 1 + descend(calls - 1);
    }
}
