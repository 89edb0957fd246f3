package io.tracemalloc.capture.bytebuddy;

import io.tracemalloc.LiveTracking;
import io.tracemalloc.TraceOptions;

/**
 * What the hook of a {@code new} or of an array does, and where it stands.
 *
 * <p>In front of an allocation, nothing comes between it and the constructor, or the copy that fills the array: C2 then
 * clears no memory that is written at once, and stores to the new object need no barrier of the collector (GraphKit's
 * {@code just_allocated_object}, the tightly coupled allocations of ArrayCopyNode). An allocation that fails is counted.
 */
enum HookForm {
    /** Counts, in front. */
    COUNTING,
    /** Counts and chooses samples, in front. */
    SAMPLING,
    /** Counts and chooses samples, behind: a sample finds the object on the operand stack, and its class initialised. */
    FOLLOWING;

    /** What a session with these options needs. */
    static HookForm of(TraceOptions options) {
        // With each block a sample, the first one of a class is one, too: its size must be known.
        if (options.live() != LiveTracking.OFF || (options.frames() > 1 && options.intervalBytes() == 1)) {
            return FOLLOWING;
        }
        return options.frames() > 1 ? SAMPLING : COUNTING;
    }

    /** Whether the hook stands in front of the allocation. */
    boolean isInFront() {
        return this != FOLLOWING;
    }

    /** The recorder's method for objects of a fixed size. */
    String objectHook() {
        return this == COUNTING ? "count" : "hit";
    }

    /** The recorder's method for objects whose class the site does not know, but that it is no array's. */
    String anyInstanceHook() {
        return this == COUNTING ? "countInstance" : "object";
    }

    /** The recorder's method for arrays whose class the site does not know. */
    String anyArrayHook() {
        return this == COUNTING ? "countArray" : "object";
    }

    /** The recorder's method for what {@code clone} returns, called on an object of this class. */
    String cloneHook(String owner) {
        // Old compilers, and calls without a receiver, name Object.
        if (!owner.equals("java/lang/Object")) {
            return anyInstanceHook();
        }
        return this == COUNTING ? "countObject" : "object";
    }

    /** The recorder's method for arrays with elements of this type, by the first letter of its descriptor. */
    String arrayHook(char element) {
        boolean counts = this == COUNTING;
        return switch (element) {
            case 'Z', 'B' -> counts ? "countBytes" : "bytes";
            case 'C', 'S' -> counts ? "countShorts" : "shorts";
            case 'I', 'F' -> counts ? "countInts" : "ints";
            case 'J', 'D' -> counts ? "countLongs" : "longs";
            default -> counts ? "countReferences" : "references";
        };
    }
}
