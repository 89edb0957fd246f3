package io.tracemalloc.capture.jvmti;

import java.util.ArrayList;
import java.util.List;

/** The stack of an allocation as the VM tells it, most recent frame first. Immutable. */
final class StackFrames {

    private final List<MethodName> methods;
    private final int[] lines;
    private final int depth;
    private final int site;

    /**
     * A stack.
     *
     * @param methods of each frame
     * @param lines of each frame, 0 if unknown
     * @param depth of the whole stack, of which this is the first part; 0 if unknown
     */
    StackFrames(List<MethodName> methods, int[] lines, int depth) {
        this.methods = List.copyOf(methods);
        this.lines = lines.clone();
        this.depth = depth;
        this.site = AllocationSite.of(methods);
    }

    /** The method of a frame. */
    MethodName method(int frame) {
        return methods.get(frame);
    }

    /** The line of a frame, 0 if unknown. */
    int line(int frame) {
        return lines[frame];
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

    /** How many frames a traceback without limit would show; 0 if unknown. What lies beyond the part is not hidden. */
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
