package io.tracemalloc.capture.bytebuddy;

import java.util.ArrayList;
import java.util.List;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.Handle;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import org.jspecify.annotations.Nullable;

/**
 * A first, light pass over a class: which methods have anything to hook, and how many locals each has. Methods without
 * hooks are then copied as they are.
 */
final class Survey extends ClassVisitor {

    /** What the pass found out about one method. */
    static final class Method {
        private final String name;
        private final String descriptor;
        private boolean allocates;
        private boolean hasHooks;
        private int maxLocals;

        Method(String name, String descriptor) {
            this.name = name;
            this.descriptor = descriptor;
        }

        /** Whether it is to get hooks. It has them if another agent redefined the class by bytes with hooks. */
        boolean hooked() {
            return allocates && !hasHooks;
        }

        int maxLocals() {
            return maxLocals;
        }
    }

    private final List<Method> methods = new ArrayList<>();
    private String className = "";

    private final Callers callers;

    Survey(Callers callers) {
        super(Opcodes.ASM9);
        this.callers = callers;
    }

    /** Whether any method has something to hook. */
    boolean anyHooked() {
        for (Method method : methods) {
            if (method.hooked()) {
                return true;
            }
        }
        return false;
    }

    /** Whether any method has hooks already. */
    boolean anyHasHooks() {
        for (Method method : methods) {
            if (method.hasHooks) {
                return true;
            }
        }
        return false;
    }

    /** The methods in the order of the class file. */
    List<Method> methods() {
        return methods;
    }

    @Override
    public void visit(
            int version,
            int access,
            String name,
            @Nullable String signature,
            @Nullable String superName,
            String @Nullable [] interfaces) {
        className = name;
    }

    @Override
    public @Nullable MethodVisitor visitMethod(
            int access, String name, String descriptor, @Nullable String signature, String @Nullable [] exceptions) {
        Method method = new Method(name, descriptor);
        methods.add(method);
        if (Hooks.announcesArrays(className, name, descriptor)) {
            method.allocates = true;
        }
        if (Hooks.leavesAlone(className, name, descriptor)) {
            return null;
        }
        if (Hooks.atEntryOrExit(className, name, descriptor)) {
            method.allocates = true;
        }
        return new Instructions(method);
    }

    private final class Instructions extends MethodVisitor {

        private final Method method;

        Instructions(Method method) {
            super(Opcodes.ASM9);
            this.method = method;
        }

        @Override
        public void visitTypeInsn(int opcode, String type) {
            if (opcode == Opcodes.NEW || opcode == Opcodes.ANEWARRAY) {
                method.allocates = true;
            }
        }

        @Override
        public void visitIntInsn(int opcode, int operand) {
            if (opcode == Opcodes.NEWARRAY) {
                method.allocates = true;
            }
        }

        @Override
        public void visitMultiANewArrayInsn(String type, int dimensions) {
            method.allocates = true;
        }

        @Override
        public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean isInterface) {
            if (owner.equals(MethodInstrumenter.RECORDER)) {
                method.hasHooks = true;
            }
            if (Hooks.ofCall(className, opcode, owner, name, descriptor) != Hooks.Call.NONE
                    || Hooks.makesBytesCountedByCaller(className, method.name, method.descriptor, owner, name)
                    || (callers == Callers.PROGRAM && JdkCalls.mayAllocate(owner, name, descriptor))) {
                method.allocates = true;
            }
        }

        @Override
        public void visitInvokeDynamicInsn(String name, String descriptor, Handle bootstrap, Object... arguments) {
            method.allocates = true;
        }

        @Override
        public void visitMaxs(int maxStack, int maxLocals) {
            method.maxLocals = maxLocals;
        }
    }
}
