package io.tracemalloc.capture.jvmti;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Methods of the JDK that carry its annotation {@code Hidden}: stacks leave them out, and so do tracebacks. */
final class HiddenMethods {

    /** Where the annotation is used, 17 to 25. */
    private static final String[] PLACES = {
        "java.lang.invoke.",
        "java.lang.Thread",
        "java.lang.VirtualThread",
        "java.lang.ScopedValue",
        "java.security.AccessController",
        "jdk.internal.reflect.",
        "jdk.internal.vm."
    };

    private static final Map<String, Set<String>> KNOWN = new ConcurrentHashMap<>();

    private HiddenMethods() {}

    /** Whether it carries the annotation. */
    static boolean isHidden(String className, String name, String descriptor) {
        for (String place : PLACES) {
            if (className.startsWith(place)) {
                return KNOWN.computeIfAbsent(className, HiddenMethods::of).contains(name + descriptor);
            }
        }
        return false;
    }

    private static Set<String> of(String className) {
        Set<String> hidden = new HashSet<>();
        try {
            for (Method method : Class.forName(className, false, null).getDeclaredMethods()) {
                for (Annotation annotation : method.getDeclaredAnnotations()) {
                    if (annotation.annotationType().getSimpleName().equals("Hidden")) {
                        hidden.add(method.getName() + descriptor(method));
                    }
                }
            }
        } catch (ClassNotFoundException | LinkageError unknown) {
            // A class of that package outside the JDK, or one that this JVM generated.
        }
        return Set.copyOf(hidden);
    }

    private static String descriptor(Method method) {
        StringBuilder text = new StringBuilder("(");
        for (Class<?> parameter : method.getParameterTypes()) {
            text.append(parameter.descriptorString());
        }
        return text.append(')')
                .append(method.getReturnType().descriptorString())
                .toString();
    }
}
