package io.tracemalloc.internal;

import org.jspecify.annotations.Nullable;

/**
 * Names of classes and files in the one form that snapshots have, whatever the VM calls them.
 *
 * <p>Classes are named as {@link Class#getTypeName()} does, hidden classes without their number and address: those
 * differ from run to run, and snapshots of two runs shall be comparable.
 */
public final class Names {

    private static final String LAMBDA = "$$Lambda";
    private static final String PRIMITIVE_CODES = "ZBCSIJFDV";
    private static final String[] PRIMITIVES = {
        "boolean", "byte", "char", "short", "int", "long", "float", "double", "void"
    };

    private Names() {}

    /**
     * The name of a class.
     *
     * @param name as {@link Class#getName()} or {@link Class#getTypeName()} gives it
     */
    public static String className(String name) {
        int dimensions = 0;
        while (dimensions < name.length() && name.charAt(dimensions) == '[') {
            dimensions++;
        }
        if (dimensions > 0) {
            return ofElement(name.substring(dimensions)) + "[]".repeat(dimensions);
        }
        int brackets = name.indexOf('[');
        return brackets < 0
                ? withoutAddress(name)
                : withoutAddress(name.substring(0, brackets)) + name.substring(brackets);
    }

    /**
     * The name of a class.
     *
     * @param name as class files and the native interface write it: {@code com/acme/Foo}, {@code [Lcom/acme/Foo;}
     */
    public static String classNameFromInternal(String name) {
        return className(name.replace('/', '.'));
    }

    /**
     * The name of a class.
     *
     * @param descriptor a field descriptor: {@code Lcom/acme/Foo;}, {@code I}, {@code [[J}
     */
    public static String classNameFromDescriptor(String descriptor) {
        return descriptor.startsWith("[") ? classNameFromInternal(descriptor) : ofElement(descriptor.replace('/', '.'));
    }

    private static String ofElement(String code) {
        if (code.length() == 1) {
            int primitive = PRIMITIVE_CODES.indexOf(code.charAt(0));
            return primitive < 0 ? code : PRIMITIVES[primitive];
        }
        return code.startsWith("L") && code.endsWith(";")
                ? withoutAddress(code.substring(1, code.length() - 1))
                : withoutAddress(code);
    }

    /** Cuts what the VM adds to the name of a hidden class: {@code /0x…} or {@code .0x…}, and a lambda's number. */
    private static String withoutAddress(String name) {
        int end = name.length();
        int mark = addressMark(name);
        if (mark >= 0) {
            end = mark;
        }
        int lambda = name.indexOf(LAMBDA);
        boolean lambdaIsLast = lambda >= 0 && isNumber(name, lambda + LAMBDA.length(), end);
        return lambdaIsLast ? name.substring(0, lambda + LAMBDA.length()) : name.substring(0, end);
    }

    /** Where the address of a hidden class begins, -1 if there is none: no class name of a source ends like this. */
    private static int addressMark(String name) {
        int slash = name.lastIndexOf('/');
        if (slash > 0 && slash + 1 < name.length() && Character.isDigit(name.charAt(slash + 1))) {
            return slash;
        }
        int dot = name.lastIndexOf('.');
        return dot > 0 && name.startsWith("0x", dot + 1) ? dot : -1;
    }

    private static boolean isNumber(String name, int start, int end) {
        if (start == end) {
            return true;
        }
        if (name.charAt(start) != '$') {
            return false;
        }
        for (int i = start + 1; i < end; i++) {
            if (!Character.isDigit(name.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /**
     * The file of a frame: package path and source file, {@code com/acme/Foo.java}.
     *
     * @param className name of the class, {@code com.acme.Foo$Bar}
     * @param sourceFile what the class file says it was compiled from; if that says nothing, the class file itself is
     *     named, {@code com/acme/Foo$Bar.class}, rather than a source that may not exist
     */
    public static String fileName(String className, @Nullable String sourceFile) {
        int dot = className.lastIndexOf('.');
        if (sourceFile == null || sourceFile.isEmpty()) {
            return className.isEmpty() ? "<unknown>" : className.replace('.', '/') + ".class";
        }
        return dot < 0 ? sourceFile : className.substring(0, dot + 1).replace('.', '/') + sourceFile;
    }
}
