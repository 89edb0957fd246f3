package io.tracemalloc.capture.jvmti;

import java.util.List;

/**
 * Finds the allocation site in a stack: the method and line whose byte code allocates. Natives, intrinsics and the
 * machinery of reflection, method handles and string concatenation work for their caller; compiled code shows the same
 * stack as interpreted code then, and this backend the same sites as one that reads byte code.
 */
final class AllocationSite {

    private static final String CONCAT_HELPER = "java.lang.StringConcatHelper";
    private static final String UTF16 = "java.lang.StringUTF16";
    private static final String UTF16_TO_BYTES = "([CII)[B";

    private AllocationSite() {}

    /** The index of the site's frame, the most recent frame of a stack being number 0. */
    static int of(List<MethodName> stack) {
        int site = 0;
        boolean constructs = false;
        while (site < stack.size() && (isOutOfSight(stack.get(site)) || isPartOfIntrinsic(stack, site))) {
            constructs |= stack.get(site).name().equals("newInstance0");
            site++;
        }
        if (site < stack.size()) {
            MethodName method = stack.get(site);
            if (constructs || constructsForCaller(method)) {
                site = behindReflection(stack, site);
            } else if (method.className().startsWith(CONCAT_HELPER)) {
                site = behindConcatenation(stack, site);
            }
        }
        return site < stack.size() ? site : 0;
    }

    private static boolean isOutOfSight(MethodName method) {
        if (method.isNative() || isMachinery(method)) {
            return true;
        }
        return switch (method.className()) {
            case "java.util.Arrays" ->
                method.name().startsWith("copyOf") && method.descriptor().startsWith("([Ljava/lang/Object;");
            case "java.lang.reflect.Array" -> method.name().equals("newInstance");
            case "jdk.internal.misc.Unsafe", "sun.misc.Unsafe" ->
                method.name().startsWith("allocateUninitializedArray")
                        || method.name().equals("allocateInstance");
            default -> isToBytes(method);
        };
    }

    private static boolean isMachinery(MethodName method) {
        return method.isHidden() && !method.isHiddenProgram();
    }

    private static boolean isToBytes(MethodName method) {
        return method.is(UTF16, "toBytes") && method.descriptor().equals(UTF16_TO_BYTES);
    }

    private static boolean isPartOfIntrinsic(List<MethodName> stack, int i) {
        return stack.get(i).is(UTF16, "newBytesFor") && i + 1 < stack.size() && isToBytes(stack.get(i + 1));
    }

    private static boolean constructsForCaller(MethodName method) {
        return method.is("java.lang.invoke.DirectMethodHandle", "allocateInstance")
                || (method.className().startsWith("jdk.internal.reflect.Generated")
                        && method.className().contains("ConstructorAccessor"));
    }

    private static int behindReflection(List<MethodName> stack, int from) {
        int i = from;
        while (i < stack.size() && isReflection(stack.get(i))) {
            i++;
        }
        return i;
    }

    private static boolean isReflection(MethodName method) {
        String className = method.className();
        return isMachinery(method)
                || method.is("java.lang.Class", "newInstance")
                || className.startsWith("java.lang.invoke.")
                || className.startsWith("java.lang.reflect.")
                || className.startsWith("jdk.internal.reflect.");
    }

    /** The helper also serves plain callers, {@code String.concat} for one: it allocates for those by itself. */
    private static int behindConcatenation(List<MethodName> stack, int from) {
        int i = from;
        while (i < stack.size() && stack.get(i).className().startsWith(CONCAT_HELPER)) {
            i++;
        }
        return i < stack.size() && isMachinery(stack.get(i)) ? behindReflection(stack, i) : from;
    }
}
