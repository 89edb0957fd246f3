package io.tracemalloc.capture.jvmti;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the native side knows of stacks, copied as far as it was asked for. Not safe for several threads at once. */
final class NativeTraces {

    private final List<MethodName> methods = new ArrayList<>();
    /** What the methods are made of, each once: classes that are loaded again and again have the same names. */
    private final Map<MethodName, MethodName> distinctMethods = new HashMap<>();

    private final Map<String, String> distinctNames = new HashMap<>();
    private final List<String> strings = new ArrayList<>();
    private int[] frames = {};
    private int frameCount;

    /** A string, by its number. */
    String string(int number) {
        while (strings.size() <= number) {
            strings.add(NativeAgent.string(strings.size()));
        }
        return strings.get(number);
    }

    /** The stack of a trace. */
    StackFrames stack(int trace) {
        int[] told = NativeAgent.trace(trace);
        int depth = told[0];
        int length = told[1];
        int[] numbers = Arrays.copyOfRange(told, 2, 2 + length);
        List<MethodName> ofFrames = new ArrayList<>(length);
        for (int number : numbers) {
            if (number >= frameCount) {
                readOn();
            }
            ofFrames.add(method(number));
        }
        for (int i = 2 + length; i < told.length; i++) {
            if (told[i] >= methods.size()) {
                readOn();
            }
            depth -= methods.get(told[i]).isHidden() ? 1 : 0;
        }
        return new StackFrames(numbers, ofFrames, depth);
    }

    /** The method of a known frame. */
    MethodName method(int frame) {
        return methods.get(frames[2 * frame]);
    }

    /** The line of a known frame. */
    int line(int frame) {
        return frames[2 * frame + 1];
    }

    /* Frames first: their methods are known by then. */
    private void readOn() {
        int[] more = NativeAgent.frames(frameCount);
        int[] moreMethods = NativeAgent.methods(methods.size());
        for (int i = 0; i < moreMethods.length; i += NativeAgent.METHOD_FIELDS) {
            methods.add(distinct(MethodName.of(
                    string(moreMethods[i]),
                    string(moreMethods[i + 1]),
                    string(moreMethods[i + 2]),
                    string(moreMethods[i + 3]),
                    moreMethods[i + 4] != 0)));
        }
        int[] all = Arrays.copyOf(frames, 2 * frameCount + more.length);
        System.arraycopy(more, 0, all, 2 * frameCount, more.length);
        frames = all;
        frameCount += more.length / 2;
    }

    private MethodName distinct(MethodName method) {
        MethodName known = distinctMethods.get(method);
        if (known == null) {
            known = new MethodName(
                    distinct(method.className()),
                    method.name(),
                    method.descriptor(),
                    distinct(method.fileName()),
                    method.isNative(),
                    method.isHidden(),
                    method.linkedAt());
            distinctMethods.put(known, known);
        }
        return known;
    }

    private String distinct(String name) {
        return distinctNames.computeIfAbsent(name, same -> same);
    }
}
