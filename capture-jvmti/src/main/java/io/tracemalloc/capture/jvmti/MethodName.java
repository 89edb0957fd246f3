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
 */
record MethodName(
        String className, String name, String descriptor, String fileName, boolean isNative, boolean isHidden) {

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
                inHiddenClass || HiddenMethods.isHidden(className, name, descriptor));
    }

    boolean is(String ofClass, String named) {
        return className.equals(ofClass) && name.equals(named);
    }
}
