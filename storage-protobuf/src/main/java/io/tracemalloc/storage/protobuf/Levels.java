package io.tracemalloc.storage.protobuf;

import io.tracemalloc.Exactness;

/** The file's numbers of {@link Exactness}; independent of the order in which Java declares them. */
final class Levels {

    static int number(Exactness exactness) {
        return switch (exactness) {
            case EXACT -> 0;
            case EXACT_BY_SITE -> 1;
            case ESTIMATED -> 2;
            case EXACT_BY_CALLER -> 3;
        };
    }

    /** What the number means; unknown levels of later files are no better than estimated. */
    static Exactness exactness(long number) {
        if (number == 0) {
            return Exactness.EXACT;
        }
        if (number == 3) {
            return Exactness.EXACT_BY_CALLER;
        }
        return number == 1 ? Exactness.EXACT_BY_SITE : Exactness.ESTIMATED;
    }

    private Levels() {}
}
