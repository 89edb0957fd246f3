package io.tracemalloc.capture.jvmti;

import io.tracemalloc.internal.Names;
import org.jspecify.annotations.Nullable;

/**
 * A method as stacks have it.
 *
 * @param className as {@link Names} gives it
 * @param name {@code <init>} for constructors
 * @param descriptor as class files write it
 * @param fileName package path and source file
 * @param isNative whether it has no byte code
 * @param isHidden whether the JDK leaves its frames out of stacks
 * @param linkedAt where the lambda was linked whose class it is in; null if it is not in one, or that is not known
 */
record MethodName(
        String className,
        String name,
        String descriptor,
        String fileName,
        boolean isNative,
        boolean isHidden,
        @Nullable Linkage linkedAt) {

    /** A line of a method. */
    record Linkage(MethodName method, int line) {}

    private static final String LAMBDA = "$$Lambda";

    /** The method with these parts, as the tool interface tells them. */
    static MethodName of(
            String classSignature, String name, String descriptor, @Nullable String sourceFile, boolean isNative) {
        String className = Names.classNameFromDescriptor(classSignature);
        // Only the signature of a hidden class has a dot: what the VM puts before its address.
        boolean inHiddenClass = classSignature.indexOf('.') >= 0;
        return new MethodName(
                className,
                name,
                descriptor,
                Names.fileName(className, sourceFile),
                isNative,
                inHiddenClass || HiddenMethods.isHidden(className, name, descriptor),
                inHiddenClass && classSignature.contains(LAMBDA) ? linkage(classSignature) : null);
    }

    private static @Nullable Linkage linkage(String lambdaSignature) {
        String @Nullable [] parts = NativeAgent.linkage(lambdaSignature);
        return parts == null
                ? null
                : new Linkage(of(parts[0], parts[1], parts[2], parts[3], false), Integer.parseInt(parts[4]));
    }

    /**
     * Whether the program made the class, a hidden one, by itself. Stacks leave its frames out, too, yet what its byte
     * code allocates is its own; the JDK's hidden classes work for their callers.
     */
    boolean isHiddenProgram() {
        return isHidden
                && !className.startsWith("java.")
                && !className.startsWith("jdk.")
                && !className.contains(LAMBDA);
    }

    boolean is(String ofClass, String named) {
        return className.equals(ofClass) && name.equals(named);
    }
}
