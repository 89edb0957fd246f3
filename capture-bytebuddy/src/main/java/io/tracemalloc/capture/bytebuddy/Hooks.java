package io.tracemalloc.capture.bytebuddy;

import net.bytebuddy.jar.asm.Opcodes;

/**
 * Which byte code allocates, beyond the four allocation instructions: the calls whose allocation the VM or a compiler
 * intrinsic makes out of sight, and the places inside the JDK that allocate on behalf of somebody else.
 *
 * <p>Each kind has one owner, so that nothing is counted twice: what is hooked where it is called is left alone inside.
 */
/*
 * C1 and C2 replace the bodies of Arrays.copyOf of objects, Array.newArray, Object.clone, Unsafe.allocate* and
 * StringUTF16.toBytes (vmIntrinsics.hpp), so these count at their callers. Constructors called by reflection or
 * through method handles count where the JDK makes the object, for the site that called it. So do arrays that method
 * handles make: Array.newInstance counts those that no caller has announced to count by itself.
 */
final class Hooks {

    /** What a call allocates. */
    enum Call {
        NONE,
        /** Its result, no array, of a class known at run time. */
        RESULT,
        /** Its result, an array of a class known at run time. */
        ARRAY_RESULT,
        /** Its result, an array that the called method counts for callers without hooks. */
        ANNOUNCED_RESULT,
        /** Its result, an array, on behalf of an outer call unless the caller has announced that it counts it. */
        UNANNOUNCED_RESULT,
        /** Its result and, if that is an array of arrays, these too. */
        NESTED_RESULT,
        /** The arrays of the backtrace inside its result. */
        BACKTRACE,
        /** Its result, a primitive array. */
        PRIMITIVE_CLONE,
        /** Its result, unless a class overrides {@code clone}. */
        CLONE,
        /** Its result, unless a superclass overrides {@code clone}. */
        SUPER_CLONE,
        /** A {@code byte[]} made by an intrinsic, or by a method that counts as well. */
        UTF16_BYTES,
        /** Possibly objects, deep inside the JDK, on behalf of this call. */
        ON_BEHALF,
        /** Possibly objects, deep inside the JDK, on behalf of nobody: they count where they are made. */
        ON_NOBODYS_BEHALF,
        /** Its result, on behalf of an outer call. */
        RESULT_FOR_CALLER,
        /** Its result, a {@code byte[]}, on behalf of an outer call. */
        BYTES_FOR_CALLER,
        /** Its result, an {@code int[]}, unless that was given: local variable {@link Hooks#GIVEN}. */
        INTS_UNLESS_GIVEN,
        /** A {@code String} and its bytes if C2 makes them; else they count deep inside the JDK. */
        BUILT,
        /** Nothing; its last argument is the class file that the VM has copied for an agent. */
        CLASS_FILE
    }

    private static final String OBJECT_ARRAY = "([Ljava/lang/Object;";
    private static final String ARRAY = "java/lang/reflect/Array";
    private static final String NEW_INSTANCE = "(Ljava/lang/Class;I)Ljava/lang/Object;";
    private static final String CONCAT_HELPER = "java/lang/StringConcatHelper";
    private static final String HIDDEN_CONCAT = "java/lang/String$$StringConcat";
    private static final String UTF16 = "java/lang/StringUTF16";
    private static final String UTF16_TO_BYTES = "([CII)[B";

    /** The last parameter of {@code BigInteger.multiplyToLen}: the array for the product, or null. */
    static final int GIVEN = 4;

    private static final String BIG_INTEGER = "java/math/BigInteger";
    private static final String MULTIPLY = "implMultiplyToLen";

    /** Of which each agent has an instance. */
    private static final String AGENT = "sun/instrument/InstrumentationImpl";

    private static final String STRING_BUILDER = "java/lang/StringBuilder";
    private static final String STRING_BUFFER = "java/lang/StringBuffer";

    private Hooks() {}

    /** Methods whose allocations are counted at their callers. */
    static boolean leavesAlone(String owner, String name, String descriptor) {
        return switch (owner) {
            case "java/util/Arrays" -> name.startsWith("copyOf") && descriptor.startsWith(OBJECT_ARRAY);
            case ARRAY -> name.equals("newInstance") && !descriptor.equals(NEW_INSTANCE);
            case "jdk/internal/misc/Unsafe" -> name.startsWith("allocateUninitializedArray");
            case "sun/misc/Unsafe" -> name.equals("allocateInstance");
            // C2 of JDK 17 makes the product by itself.
            case BIG_INTEGER -> name.equals(MULTIPLY);
            default -> false;
        };
    }

    /** Methods with a hook where they begin or end. */
    static boolean atEntryOrExit(String owner, String name, String descriptor) {
        return startsThread(owner, name)
                || endsThread(owner, name, descriptor)
                || isNativeMemory(owner, name, descriptor)
                || definesClass(owner, name, descriptor)
                || loadsClasses(owner, name, descriptor)
                || builds(owner, name, descriptor);
    }

    /** Whether C2 may replace a builder of this class, with all that is called on it. */
    static boolean isBuilder(String owner) {
        return owner.equals(STRING_BUILDER) || owner.equals(STRING_BUFFER);
    }

    /** Where a builder makes its string. */
    static boolean builds(String owner, String name, String descriptor) {
        return isBuilder(owner) && isToString(name, descriptor);
    }

    private static boolean isToString(String name, String descriptor) {
        return name.equals("toString") && descriptor.equals("()Ljava/lang/String;");
    }

    /** How a platform thread starts, for its parent. */
    static boolean startsThread(String owner, String name) {
        return owner.equals("java/lang/Thread") && name.equals("start");
    }

    /** The last Java code that a thread runs. */
    static boolean endsThread(String owner, String name, String descriptor) {
        return owner.equals("java/lang/Thread") && name.equals("exit") && descriptor.equals("()V");
    }

    /** The JDK's allocator of native memory, under direct buffers, foreign memory and both Unsafe classes. */
    static boolean isNativeMemory(String owner, String name, String descriptor) {
        return owner.equals("jdk/internal/misc/Unsafe")
                && ((name.equals("allocateMemory") && descriptor.equals("(J)J"))
                        || (name.equals("reallocateMemory") && descriptor.equals("(JJ)J"))
                        || (name.equals("freeMemory") && descriptor.equals("(J)V")));
    }

    /** The one way from lookups to the VM: {@code JavaLangAccess.defineClass}, implemented in java.lang. */
    static boolean definesClass(String owner, String name, String descriptor) {
        return owner.startsWith("java/lang/System$")
                && name.equals("defineClass")
                && descriptor.startsWith(
                        "(Ljava/lang/ClassLoader;Ljava/lang/Class;Ljava/lang/String;[BLjava/security/ProtectionDomain;ZI");
    }

    /**
     * Class loaders outside the JDK may keep to themselves what they do not know (OSGi delegates {@code java.*} alone);
     * the recorder must be found through all of them.
     */
    static boolean loadsClasses(String owner, String name, String descriptor) {
        return name.equals("loadClass")
                && (descriptor.equals("(Ljava/lang/String;)Ljava/lang/Class;")
                        || descriptor.equals("(Ljava/lang/String;Z)Ljava/lang/Class;"))
                && !owner.startsWith("java/")
                && !owner.startsWith("jdk/");
    }

    /** Whether a loaded class is a loader that may need its hook before any class that it loads has one. */
    static boolean mayLoadClasses(Class<?> loaded) {
        return ClassLoader.class.isAssignableFrom(loaded)
                && !loaded.getName().startsWith("java.")
                && !loaded.getName().startsWith("jdk.");
    }

    /**
     * Where streams find one element. Their sinks come from constructor references in static fields, which the JDK has
     * filled before any agent is loaded, so they count where they are asked for.
     */
    static boolean isFindSinks(String owner) {
        return owner.startsWith("java/util/stream/FindOps$");
    }

    /** Whether the {@code new} instructions of a class work for a reflective caller. */
    static boolean isGeneratedConstructorAccessor(String owner) {
        return owner.startsWith("jdk/internal/reflect/Generated") && owner.contains("ConstructorAccessor");
    }

    /** Whether a class makes the strings and byte arrays of string concatenations; on newer JDKs hidden classes do. */
    static boolean isConcatHelper(String owner) {
        return owner.startsWith(CONCAT_HELPER) || owner.equals(HIDDEN_CONCAT);
    }

    /** Whether a call makes a string of a concatenation that has no bytes of its own. */
    static boolean sharesBytes(String inClass, String owner, String name, String descriptor) {
        return name.equals("<init>")
                && owner.equals("java/lang/String")
                && isConcatHelper(inClass)
                && !descriptor.startsWith("([B");
    }

    /** What a call instruction in a class allocates. */
    static Call ofCall(String inClass, int opcode, String owner, String name, String descriptor) {
        if (name.equals("clone")) {
            return ofClone(opcode, owner, descriptor);
        }
        return switch (owner) {
            case "java/util/Arrays" ->
                name.startsWith("copyOf") && descriptor.startsWith(OBJECT_ARRAY) ? Call.ARRAY_RESULT : Call.NONE;
            case ARRAY -> ofNewArray(inClass, name, descriptor);
            case "jdk/internal/misc/Unsafe", "sun/misc/Unsafe" -> ofUnsafe(inClass, name);
            case "java/lang/reflect/Constructor", "java/lang/Class" ->
                name.equals("newInstance") && !inClass.equals("java/lang/Class") ? Call.ON_BEHALF : Call.NONE;
            case "java/lang/invoke/MethodHandle" ->
                name.startsWith("invoke") && !isReflection(inClass) ? Call.ON_BEHALF : Call.NONE;
            case "jdk/internal/reflect/NativeConstructorAccessorImpl",
                    "jdk/internal/reflect/DirectConstructorHandleAccessor$NativeAccessor" ->
                name.equals("newInstance0") ? Call.RESULT_FOR_CALLER : Call.NONE;
            case "java/lang/Throwable" ->
                name.equals("fillInStackTrace") && descriptor.startsWith("(I)") ? Call.BACKTRACE : Call.NONE;
            case CONCAT_HELPER -> isConcatHelper(inClass) ? Call.NONE : Call.ON_NOBODYS_BEHALF;
            case "java/util/function/Supplier" -> isFindSinks(inClass) ? Call.RESULT : Call.NONE;
            case BIG_INTEGER -> name.equals(MULTIPLY) ? Call.INTS_UNLESS_GIVEN : Call.NONE;
            case STRING_BUILDER, STRING_BUFFER -> isToString(name, descriptor) ? Call.BUILT : Call.NONE;
            case UTF16 -> name.equals("toBytes") && descriptor.equals(UTF16_TO_BYTES) ? Call.UTF16_BYTES : Call.NONE;
            case "sun/instrument/TransformerManager" ->
                inClass.equals(AGENT) && name.equals("transform") && descriptor.endsWith("[B)[B")
                        ? Call.CLASS_FILE
                        : Call.NONE;
            default -> Call.NONE;
        };
    }

    /** Whether what a method allocates is partly counted by its callers, and taken off again in each snapshot. */
    static boolean countedByCallers(String inClass, String inMethod) {
        return inClass.equals(UTF16) && (inMethod.equals("newBytesFor") || inMethod.equals("toBytes"));
    }

    /** Whether a call inside an intrinsic makes the bytes that the intrinsic's callers count. */
    static boolean makesBytesCountedByCaller(
            String inClass, String inMethod, String inDescriptor, String owner, String name) {
        return inClass.equals(UTF16)
                && inMethod.equals("toBytes")
                && inDescriptor.equals(UTF16_TO_BYTES)
                && owner.equals(UTF16)
                && name.equals("newBytesFor");
    }

    private static Call ofClone(int opcode, String owner, String descriptor) {
        if (!descriptor.equals("()Ljava/lang/Object;") || opcode == Opcodes.INVOKEINTERFACE) {
            return Call.NONE;
        }
        if (owner.length() == 2 && owner.charAt(0) == '[') {
            return Call.PRIMITIVE_CLONE;
        }
        if (owner.charAt(0) == '[') {
            return Call.ARRAY_RESULT;
        }
        return opcode == Opcodes.INVOKESPECIAL ? Call.SUPER_CLONE : Call.CLONE;
    }

    private static Call ofNewArray(String inClass, String name, String descriptor) {
        if (inClass.equals(ARRAY)) {
            return name.equals("newArray") ? Call.UNANNOUNCED_RESULT : Call.NONE;
        }
        if (!name.equals("newInstance")) {
            return Call.NONE;
        }
        return descriptor.equals(NEW_INSTANCE) ? Call.ANNOUNCED_RESULT : Call.NESTED_RESULT;
    }

    /** Whether a method that is left alone announces to {@code Array.newInstance} that its caller counts the array. */
    static boolean announcesArrays(String owner, String name, String descriptor) {
        return owner.equals("java/util/Arrays") && leavesAlone(owner, name, descriptor);
    }

    /** Whether a call goes to the method that counts an array unless that was announced. */
    static boolean takesAnnouncements(String owner, String name, String descriptor) {
        return owner.equals(ARRAY) && name.equals("newInstance") && descriptor.equals(NEW_INSTANCE);
    }

    private static Call ofUnsafe(String inClass, String name) {
        return switch (name) {
            case "allocateInstance" ->
                inClass.equals("java/lang/invoke/DirectMethodHandle") ? Call.RESULT_FOR_CALLER : Call.RESULT;
            case "allocateUninitializedArray" -> isConcatHelper(inClass) ? Call.BYTES_FOR_CALLER : Call.ARRAY_RESULT;
            default -> Call.NONE;
        };
    }

    /** The reflection and method-handle machinery works for its caller, not for itself. */
    static boolean isReflection(String owner) {
        return owner.startsWith("java/lang/invoke/")
                || owner.startsWith("jdk/internal/reflect/")
                || owner.startsWith("java/lang/reflect/");
    }
}
