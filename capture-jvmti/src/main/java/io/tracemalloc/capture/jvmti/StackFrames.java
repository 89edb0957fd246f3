package io.tracemalloc.capture.jvmti;

import java.util.ArrayList;
import java.util.List;

/** The stack of an allocation as the VM tells it, most recent frame first. Immutable. */
final class StackFrames {

    private final int[] numbers;
    private final List<MethodName> methods;
    private final int depth;
    private final int site;

    /**
     * A stack.
     *
     * @param numbers of the frames
     * @param methods of the frames
     * @param depth of the whole stack, of which this is the first part; hidden frames of the rest are not counted; 0 if
     *     unknown
     */
    StackFrames(int[] numbers, List<MethodName> methods, int depth) {
        this.numbers = numbers.clone();
        this.methods = List.copyOf(methods);
        this.depth = depth;
        this.site = AllocationSite.of(methods);
    }

    /** The method of a frame. */
    MethodName method(int frame) {
        return methods.get(frame);
    }

    /** The number of a frame. */
    int number(int frame) {
        return numbers[frame];
    }

    /** Which of the frames a traceback shows: those from the allocation site on that are not hidden. */
    List<Integer> shown(int limit) {
        List<Integer> shown = new ArrayList<>();
        for (int i = site; i < methods.size() && shown.size() < limit; i++) {
            if (!methods.get(i).isHidden()) {
                shown.add(i);
            }
        }
        return shown;
    }

    /** How many frames a traceback without limit would show; 0 if unknown. */
    int totalShown() {
        if (depth == 0) {
            return 0;
        }
        int left = site;
        for (int i = site; i < methods.size(); i++) {
            left += methods.get(i).isHidden() ? 1 : 0;
        }
        return depth - left;
    }
}
