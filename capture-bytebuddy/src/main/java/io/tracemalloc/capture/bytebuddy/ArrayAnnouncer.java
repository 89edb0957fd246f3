package io.tracemalloc.capture.bytebuddy;

import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;

/**
 * All that is changed in {@code Arrays.copyOf}, whose callers count: what it asks of {@code Array.newInstance} is
 * announced.
 */
final class ArrayAnnouncer extends MethodVisitor {

    ArrayAnnouncer(MethodVisitor next) {
        super(Opcodes.ASM9, next);
    }

    @Override
    public void visitMethodInsn(int opcode, String owner, String name, String called, boolean isInterface) {
        if (Hooks.takesAnnouncements(owner, name, called)) {
            super.visitMethodInsn(Opcodes.INVOKESTATIC, MethodInstrumenter.RECORDER, "announceArray", "()V", false);
        }
        super.visitMethodInsn(opcode, owner, name, called, isInterface);
    }
}
