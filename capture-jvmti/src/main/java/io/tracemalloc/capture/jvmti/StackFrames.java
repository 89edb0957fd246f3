package io.tracemalloc.capture.jvmti;

import java.util.ArrayList;
import java.util.List;

/**
 * The stack of an allocation as the VM tells it, most recent frame first.
 *
 * @param methods of each frame
 * @param lines of each frame, 0 if unknown
 * @param depth of the whole stack, of which this is the first part; 0 if unknown
 */
record StackFrames(List<MethodName> methods, int[] lines, int depth) {

    /** Which of the frames a traceback shows: those from the allocation site on that are not hidden. */
    List<Integer> shown(int limit) {
        List<Integer> shown = new ArrayList<>();
        for (int i = AllocationSite.of(methods); i < methods.size() && shown.size() < limit; i++) {
            if (!methods.get(i).isHidden()) {
                shown.add(i);
            }
        }
        return shown;
    }

    /** How many frames a traceback without limit would show; 0 if unknown. What lies beyond the part is not hidden. */
    int totalShown() {
        if (depth == 0) {
            return 0;
        }
        int left = AllocationSite.of(methods);
        for (int i = left; i < methods.size(); i++) {
            left += methods.get(i).isHidden() ? 1 : 0;
        }
        return depth - left;
    }
}
