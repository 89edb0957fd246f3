package com.acme.tracemalloc;

import io.tracemalloc.Frame;
import io.tracemalloc.spi.AllocationGroup;
import io.tracemalloc.spi.FilterProvider;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;

/** {@code --include recursive=true}: tracebacks in which a method occurs more than once. */
public final class Recursive implements FilterProvider {

    @Override
    public String name() {
        return "recursive";
    }

    @Override
    public Predicate<AllocationGroup> condition(String value) {
        if (!value.equals("true") && !value.equals("false")) {
            throw new IllegalArgumentException("recursive must be true or false, got " + value);
        }
        boolean wanted = value.equals("true");
        return allocations -> isRecursive(allocations) == wanted;
    }

    private static boolean isRecursive(AllocationGroup allocations) {
        Set<String> methods = new HashSet<>();
        for (Frame frame : allocations.traceback().frames()) {
            if (!methods.add(frame.className() + '.' + frame.methodName())) {
                return true;
            }
        }
        return false;
    }
}
