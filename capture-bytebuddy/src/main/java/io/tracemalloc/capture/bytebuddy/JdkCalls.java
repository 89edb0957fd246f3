package io.tracemalloc.capture.bytebuddy;

import io.tracemalloc.internal.analysis.ProgramClasses;
import java.util.List;

/** Which calls of a program lead into the JDK and may allocate there. */
final class JdkCalls {

    private static final ProgramClasses PROGRAM = new ProgramClasses(List.of());

    private JdkCalls() {}

    /**
     * Whether such a call may allocate in the JDK: by the class that it names, for the class that it meets is known at
     * run time only.
     */
    static boolean mayAllocate(String owner, String name, String descriptor) {
        return owner.charAt(0) != '['
                && !PROGRAM.contain(owner.replace('/', '.'))
                && !neverAllocates(owner, name, descriptor);
    }

    /* What programs call most and no subclass can change; each a call less to surround. */
    private static boolean neverAllocates(String owner, String name, String descriptor) {
        return switch (owner) {
            case "java/lang/Object" -> name.equals("<init>") || name.equals("getClass");
            case "java/lang/Math", "java/lang/StrictMath", "java/lang/System" ->
                returnsPrimitive(descriptor) && !name.equals("getProperty");
            case "java/lang/String" ->
                switch (name) {
                    case "charAt", "length", "isEmpty", "hashCode", "equals", "codePointAt", "compareTo", "intern" ->
                        true;
                    default ->
                        returnsPrimitive(descriptor)
                                && (name.startsWith("indexOf")
                                        || name.startsWith("lastIndexOf")
                                        || name.startsWith("startsWith")
                                        || name.startsWith("endsWith")
                                        || name.startsWith("regionMatches")
                                        || name.startsWith("equalsIgnoreCase"));
                };
            case "java/lang/StringBuilder" ->
                switch (name) {
                    case "length", "charAt", "capacity" -> true;
                    default -> false;
                };
            case "java/lang/Boolean",
                    "java/lang/Byte",
                    "java/lang/Character",
                    "java/lang/Short",
                    "java/lang/Integer",
                    "java/lang/Long",
                    "java/lang/Float",
                    "java/lang/Double" -> returnsPrimitive(descriptor) && !descriptor.contains("Ljava/lang/String;");
            case "java/lang/Class" -> returnsPrimitive(descriptor) || name.equals("cast");
            case "java/lang/Thread" -> name.equals("currentThread");
            case "java/lang/Enum" -> name.equals("ordinal") || name.equals("name");
            case "java/util/ArrayList" -> name.equals("size") || name.equals("isEmpty");
            default -> false;
        };
    }

    private static boolean returnsPrimitive(String descriptor) {
        return descriptor.charAt(descriptor.length() - 1) != ';' && !descriptor.contains(")[");
    }
}
