package io.tracemalloc.capture.bytebuddy;

import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;

/**
 * The two classes by which the recorder asks a JDK with virtual threads for the current carrier.
 *
 * <p>{@code Thread.currentCarrierThread} is for its package alone, so one class stands there. The JDK's own way into that
 * package, {@code JavaLangAccess}, is not inlined deep down in compiled code, and would be a call for each block there.
 */
final class CarrierClasses {

    static final String NAME = "io.tracemalloc.capture.bytebuddy.boot.Carrier";
    static final String INSIDE_NAME = "java.lang.TracemallocCarrier";

    private static final String GET = "()Ljava/lang/Thread;";
    private static final String CURRENT_CARRIER = "currentCarrierThread";

    private CarrierClasses() {}

    /** Whether this JDK tells carriers. */
    static boolean areNeeded() {
        try {
            return Thread.class.getDeclaredMethod(CURRENT_CARRIER).getReturnType() == Thread.class;
        } catch (NoSuchMethodException olderJdk) {
            return false;
        }
    }

    /** The class in {@code java.lang}. */
    static byte[] inside() {
        return calling(INSIDE_NAME, "java/lang/Thread", CURRENT_CARRIER, Opcodes.ACC_PUBLIC);
    }

    /** In place of {@code boot.Carrier}. */
    static byte[] carrier() {
        return calling(NAME, internal(INSIDE_NAME), "current", 0);
    }

    private static String internal(String name) {
        return name.replace('.', '/');
    }

    private static byte[] calling(String name, String owner, String method, int access) {
        ClassWriter writer = new ClassWriter(0);
        writer.visit(Opcodes.V17, Opcodes.ACC_FINAL | access, internal(name), null, "java/lang/Object", null);
        MethodVisitor current = writer.visitMethod(Opcodes.ACC_STATIC | access, "current", GET, null, null);
        current.visitAnnotation("Ljdk/internal/vm/annotation/ForceInline;", true)
                .visitEnd();
        current.visitCode();
        current.visitMethodInsn(Opcodes.INVOKESTATIC, owner, method, GET, false);
        current.visitInsn(Opcodes.ARETURN);
        current.visitMaxs(1, 0);
        current.visitEnd();
        writer.visitEnd();
        return writer.toByteArray();
    }
}
