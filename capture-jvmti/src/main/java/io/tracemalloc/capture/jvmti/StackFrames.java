package io.tracemalloc.capture.jvmti;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The stack of an allocation as the VM tells it, most recent frame first. Immutable. */
final class StackFrames {

    /** Stands among frames for the line that {@link #reference} tells. */
    static final int REFERENCE = -1;

    private final int[] numbers;
    private final List<MethodName> methods;
    private final int depth;
    private final MethodName.@Nullable Linkage reference;
    private final int site;
    /** The first frame that is shown, behind the reference if there is one. */
    private final int first;

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
        // A constructor reference allocates in the lambda's own class: the line that has the reference is the site.
        this.reference = methods.isEmpty() ? null : methods.get(0).linkedAt();
        this.site = AllocationSite.of(methods);
        this.first = reference == null ? site : behind(reference.method(), site);
    }

    /** If the method that has the reference is running, its frame is the one that the reference stands for. */
    private int behind(MethodName referring, int site) {
        for (int i = site; i < methods.size(); i++) {
            if (methods.get(i).is(referring.className(), referring.name())) {
                return i + 1;
            }
        }
        return site;
    }

    /** The method of a frame. */
    MethodName method(int frame) {
        return methods.get(frame);
    }

    /** The number of a frame. */
    int number(int frame) {
        return numbers[frame];
    }

    /** The line that stands for the frame {@link #REFERENCE}. */
    MethodName.Linkage reference() {
        return Objects.requireNonNull(reference, "reference");
    }

    /** Which of the frames a traceback shows: the allocation site, and those behind it that are not hidden. */
    List<Integer> shown(int limit) {
        List<Integer> shown = new ArrayList<>();
        if (reference != null) {
            shown.add(REFERENCE);
        }
        for (int i = first; i < methods.size() && shown.size() < limit; i++) {
            if (isShown(i)) {
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
        int left = first - (reference == null ? 0 : 1);
        for (int i = first; i < methods.size(); i++) {
            left += isShown(i) ? 0 : 1;
        }
        return depth - left;
    }

    private boolean isShown(int frame) {
        MethodName method = methods.get(frame);
        return !method.isHidden() || (frame == site && method.isHiddenProgram());
    }
}
