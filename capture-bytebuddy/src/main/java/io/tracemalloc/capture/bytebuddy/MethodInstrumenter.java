package io.tracemalloc.capture.bytebuddy;

import io.tracemalloc.capture.bytebuddy.SiteTable.Kind;
import io.tracemalloc.capture.bytebuddy.SiteTable.Origin;
import io.tracemalloc.internal.Names;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import net.bytebuddy.jar.asm.Handle;
import net.bytebuddy.jar.asm.Label;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import net.bytebuddy.jar.asm.Type;
import org.jspecify.annotations.Nullable;

/**
 * Puts hooks before or behind the allocations of one method. Hooks are straight-line code that leaves the operand stack
 * as it was, so that no stack map frame changes.
 */
final class MethodInstrumenter extends MethodVisitor {

    static final String RECORDER = "io/tracemalloc/capture/bytebuddy/boot/Recorder";
    private static final String STRING = "java.lang.String";
    private static final String LAMBDA_FACTORY = "java/lang/invoke/LambdaMetafactory";
    private static final String CONCAT_FACTORY = "java/lang/invoke/StringConcatFactory";

    /** The most that a hook needs on the operand stack. */
    private static final int HOOK_STACK = 4;

    /** What a class file can say of a method's operands and locals. */
    private static final int LIMIT = 0xFFFF;

    private final SiteTable table;
    private final SiteTable.Numbers numbers;
    private final String className;
    private final String methodName;
    private final String descriptor;
    private final boolean isStatic;
    private final boolean hasFrames;
    private final int freeLocal;
    private final @Nullable Location elsewhere;
    private final HookForm form;
    private final Callers callers;
    private final IdentityHashMap<Label, Label> labelsOfNew = new IdentityHashMap<>(4);
    private @Nullable Label lastLabel;
    private int line;
    private int locals;

    MethodInstrumenter(
            MethodVisitor next,
            SiteTable table,
            SiteTable.Numbers numbers,
            String className,
            String methodName,
            String descriptor,
            boolean isStatic,
            boolean hasFrames,
            int freeLocal,
            @Nullable Location elsewhere,
            HookForm form) {
        super(Opcodes.ASM9, next);
        this.table = table;
        this.numbers = numbers;
        this.className = className;
        this.methodName = methodName;
        this.descriptor = descriptor;
        this.isStatic = isStatic;
        this.hasFrames = hasFrames;
        this.freeLocal = freeLocal;
        this.elsewhere = elsewhere;
        this.form = form;
        this.callers = table.callers(className);
    }

    @Override
    public void visitCode() {
        super.visitCode();
        if (Hooks.startsThread(className, methodName)) {
            super.visitVarInsn(Opcodes.ALOAD, 0);
            call("threadStarts", "(Ljava/lang/Thread;)V");
        }
        if (isNativeMemory("freeMemory") || isNativeMemory("reallocateMemory")) {
            super.visitVarInsn(Opcodes.LLOAD, 1);
            call("nativeFreed", "(J)V");
        }
        if (Hooks.definesClass(className, methodName, descriptor)) {
            super.visitVarInsn(Opcodes.ALOAD, 4);
            super.visitVarInsn(Opcodes.ALOAD, 2);
            super.visitVarInsn(Opcodes.ILOAD, 7);
            call("defined", "([BLjava/lang/Class;I)[B");
            super.visitVarInsn(Opcodes.ASTORE, 4);
        }
        if (!isStatic && Hooks.loadsClasses(className, methodName, descriptor)) {
            delegateRecorder();
        }
    }

    /** The one hook with a branch; its target has the frame that a method begins with. */
    private void delegateRecorder() {
        Label others = new Label();
        super.visitVarInsn(Opcodes.ALOAD, 1);
        call("isRecorder", "(Ljava/lang/String;)Z");
        super.visitJumpInsn(Opcodes.IFEQ, others);
        super.visitVarInsn(Opcodes.ALOAD, 1);
        call("recorder", "(Ljava/lang/String;)Ljava/lang/Class;");
        super.visitInsn(Opcodes.ARETURN);
        super.visitLabel(others);
        if (hasFrames) {
            super.visitFrame(Opcodes.F_SAME, 0, null, 0, null);
        }
        // The method may have a frame of its own at its first instruction.
        super.visitInsn(Opcodes.NOP);
    }

    @Override
    public void visitLineNumber(int number, Label start) {
        line = number;
        super.visitLineNumber(number, start);
    }

    @Override
    public void visitInsn(int opcode) {
        if (opcode == Opcodes.RETURN && Hooks.endsThread(className, methodName, descriptor)) {
            call("threadEnds", "()V");
        }
        if (opcode == Opcodes.LRETURN && Hooks.isNativeMemory(className, methodName, descriptor)) {
            super.visitInsn(Opcodes.DUP2);
            super.visitVarInsn(Opcodes.LLOAD, isNativeMemory("reallocateMemory") ? 3 : 1);
            call("nativeAllocated", "(JJ)V");
        }
        if (opcode == Opcodes.ARETURN && form.isInFront() && Hooks.builds(className, methodName, descriptor)) {
            call("built", "()V");
        }
        super.visitInsn(opcode);
    }

    private boolean isNativeMemory(String name) {
        return methodName.equals(name) && Hooks.isNativeMemory(className, methodName, descriptor);
    }

    @Override
    public void visitTypeInsn(int opcode, String type) {
        if (opcode == Opcodes.NEW && form.isInFront() && isConcatenatedString(type)) {
            visitNewLabel();
            super.visitTypeInsn(opcode, type);
        } else if (opcode == Opcodes.NEW) {
            String hook = form.objectHook();
            if (Hooks.isGeneratedConstructorAccessor(className)) {
                hook = "via";
            } else if (isConcatenatedString(type)) {
                hook = "viaString";
            }
            int slot = slot(Kind.OBJECT, type.replace('/', '.'));
            if (form.isInFront()) {
                hit(hook, slot);
                if (Hooks.isBuilder(type)) {
                    call("building", "()V");
                }
                visitNewLabel();
                super.visitTypeInsn(opcode, type);
            } else {
                super.visitTypeInsn(opcode, type);
                hit(hook, slot);
            }
        } else if (opcode == Opcodes.ANEWARRAY) {
            String element = Names.classNameFromInternal(type);
            int slot = slot(Kind.ARRAY, element + "[]");
            String hook = form.arrayHook('L');
            lengthHook(hook, slot);
            super.visitTypeInsn(opcode, type);
            arrayHook(hook, slot);
        } else {
            super.visitTypeInsn(opcode, type);
        }
    }

    private boolean isConcatenatedString(String type) {
        return type.equals("java/lang/String") && Hooks.isConcatHelper(className);
    }

    /**
     * Frames name an object whose constructor has not run by the label of its {@code new}. Where the hook is in front,
     * jumps to that label have to run it: for frames there is a label of its own behind the hook.
     */
    private void visitNewLabel() {
        if (lastLabel != null) {
            super.visitLabel(labelOfNew(lastLabel));
            lastLabel = null;
        }
    }

    private Label labelOfNew(Label original) {
        Label known = labelsOfNew.get(original);
        if (known == null) {
            known = new Label();
            labelsOfNew.put(original, known);
        }
        return known;
    }

    @Override
    public void visitLabel(Label label) {
        lastLabel = label;
        super.visitLabel(label);
    }

    @Override
    public void visitFrame(
            int type, int localCount, Object @Nullable [] local, int stackCount, Object @Nullable [] stack) {
        super.visitFrame(type, localCount, renamed(local), stackCount, renamed(stack));
    }

    private Object @Nullable [] renamed(Object @Nullable [] types) {
        if (!form.isInFront() || types == null) {
            return types;
        }
        Object[] renamed = types.clone();
        for (int i = 0; i < renamed.length; i++) {
            if (renamed[i] instanceof Label original) {
                renamed[i] = labelOfNew(original);
            }
        }
        return renamed;
    }

    @Override
    public void visitIntInsn(int opcode, int operand) {
        if (opcode == Opcodes.NEWARRAY) {
            String code = primitive(operand);
            if (operand == Opcodes.T_BYTE && Hooks.isConcatHelper(className)) {
                super.visitInsn(Opcodes.DUP);
                if (form.isInFront()) {
                    concatenatingHook();
                    super.visitIntInsn(opcode, operand);
                } else {
                    super.visitIntInsn(opcode, operand);
                    super.visitInsn(Opcodes.SWAP);
                    viaBytesHook();
                }
                return;
            }
            String hook = form.arrayHook(code.charAt(0));
            int slot = slot(Kind.ARRAY, Names.classNameFromDescriptor("[" + code));
            lengthHook(hook, slot);
            super.visitIntInsn(opcode, operand);
            arrayHook(hook, slot);
        } else {
            super.visitIntInsn(opcode, operand);
        }
    }

    private static String primitive(int operand) {
        return switch (operand) {
            case Opcodes.T_BOOLEAN -> "Z";
            case Opcodes.T_CHAR -> "C";
            case Opcodes.T_FLOAT -> "F";
            case Opcodes.T_DOUBLE -> "D";
            case Opcodes.T_BYTE -> "B";
            case Opcodes.T_SHORT -> "S";
            case Opcodes.T_INT -> "I";
            default -> "J";
        };
    }

    @Override
    public void visitMultiANewArrayInsn(String type, int dimensions) {
        super.visitMultiANewArrayInsn(type, dimensions);
        List<String> levels = new ArrayList<>();
        for (int level = 0; level < dimensions; level++) {
            levels.add(Names.classNameFromDescriptor(type.substring(level)));
        }
        int first = table.next(numbers, Kind.ARRAY, here(), levels);
        if (first != 0) {
            super.visitInsn(Opcodes.DUP);
            push(first);
            push(dimensions);
            call(onBehalf() ? "multiOnBehalf" : "multi", "(Ljava/lang/Object;II)V");
        }
    }

    @Override
    public void visitMethodInsn(int opcode, String owner, String name, String called, boolean isInterface) {
        Hooks.Call kind = Hooks.ofCall(className, opcode, owner, name, called);
        int caller = kind == Hooks.Call.ON_BEHALF ? -site(Origin.CALLER, "") : 0;
        boolean surround = caller != 0 || kind == Hooks.Call.ON_NOBODYS_BEHALF;
        boolean noted = callers == Callers.PROGRAM && JdkCalls.mayAllocate(owner, name, called) && enterJdk();
        if (surround) {
            enter(caller);
        }
        if (form.isInFront() && Hooks.sharesBytes(className, owner, name, called)) {
            int string = slot(Kind.OBJECT, STRING);
            if (string != 0) {
                push(string);
                call("concatenating", "(I)V");
            }
        }
        if (form.isInFront() && kind == Hooks.Call.BYTES_FOR_CALLER) {
            super.visitInsn(Opcodes.DUP);
            concatenatingHook();
        }
        if (kind == Hooks.Call.ANNOUNCED_RESULT) {
            call("announceArray", "()V");
        }
        if (kind == Hooks.Call.CLASS_FILE) {
            classFileHook();
        }
        super.visitMethodInsn(opcode, owner, name, called, isInterface);
        if (surround) {
            leave(kind == Hooks.Call.ON_NOBODYS_BEHALF && called.endsWith(")[B") ? "exitWithBytes" : "exit");
        }
        if (noted) {
            leaveJdk();
        }
        switch (kind) {
            case RESULT -> resultHook(anyObjectHook(form.anyInstanceHook()), site(Origin.RESULT, ""));
            case ARRAY_RESULT, ANNOUNCED_RESULT ->
                resultHook(anyObjectHook(form.anyArrayHook()), site(Origin.RESULT, ""));
            case UNANNOUNCED_RESULT -> resultHook("unannouncedArray", site(Origin.CALLER, ""));
            case NESTED_RESULT -> resultHook(objectHook("nested"), site(Origin.RESULT, ""));
            case BACKTRACE -> resultHook(objectHook("backtrace"), site(Origin.RESULT, ""));
            case RESULT_FOR_CALLER -> resultHook("viaObject", site(Origin.CALLER, ""));
            case CLONE -> resultHook(anyObjectHook(form.cloneHook(owner)), site(Origin.CLONE, owner.replace('/', '.')));
            case SUPER_CLONE ->
                resultHook(anyObjectHook(form.anyInstanceHook()), site(Origin.SUPER_CLONE, owner.replace('/', '.')));
            case PRIMITIVE_CLONE ->
                primitiveHook(
                        form.arrayHook(owner.charAt(1)), owner, slot(Kind.ARRAY, Names.classNameFromDescriptor(owner)));
            case BYTES_FOR_CALLER -> {
                if (!form.isInFront()) {
                    arrayLength("[B");
                    viaBytesHook();
                }
            }
            case INTS_UNLESS_GIVEN -> unlessGivenHook(slot(Kind.ARRAY, "int[]"));
            case BUILT -> builtHook();
            case UTF16_BYTES -> primitiveHook(form.arrayHook('B'), "[B", slot(Kind.ARRAY, "byte[]"));
            default -> {
                if (Hooks.makesBytesCountedByCaller(className, methodName, descriptor, owner, name)) {
                    primitiveHook(form.arrayHook('B'), "[B", slot(Kind.COUNTED_TWICE, "byte[]"));
                }
            }
        }
    }

    @Override
    public void visitInvokeDynamicInsn(String name, String called, Handle bootstrap, Object... arguments) {
        boolean noted = callers == Callers.PROGRAM && enterJdk();
        invokeDynamic(name, called, bootstrap, arguments);
        if (noted) {
            leaveJdk();
        }
    }

    private void invokeDynamic(String name, String called, Handle bootstrap, Object... arguments) {
        switch (bootstrap.getOwner()) {
            case LAMBDA_FACTORY -> {
                super.visitInvokeDynamicInsn(name, called, bootstrap, arguments);
                if (Type.getArgumentCount(called) > 0) {
                    hit(form.objectHook(), slot(Kind.LAMBDA, called));
                }
            }
            case CONCAT_FACTORY -> {
                if (isPlainStringifier(called, arguments)) {
                    super.visitInvokeDynamicInsn(name, called, bootstrap, arguments);
                    return;
                }
                if (form.isInFront()) {
                    super.visitInvokeDynamicInsn(name, called, bootstrap, arguments);
                    concatenatedHook();
                } else {
                    int bytes = slot(Kind.ARRAY, "byte[]");
                    pushSlot(bytes);
                    enterPushed();
                    super.visitInvokeDynamicInsn(name, called, bootstrap, arguments);
                    leave("exit");
                    hit(form.objectHook(), slot(Kind.OBJECT, STRING));
                }
            }
            default -> {
                enter(-site(Origin.CALLER, ""));
                super.visitInvokeDynamicInsn(name, called, bootstrap, arguments);
                leave("exit");
            }
        }
    }

    /** {@code "" + number} is {@code String.valueOf(number)}, which counts itself. */
    private static boolean isPlainStringifier(String called, Object[] arguments) {
        Type[] parts = Type.getArgumentTypes(called);
        return parts.length == 1
                && parts[0].getSort() < Type.ARRAY
                && (arguments.length == 0 || "\1".equals(arguments[0]));
    }

    @Override
    public void visitMaxs(int maxStack, int maxLocals) {
        int stack = maxStack + HOOK_STACK;
        int variables = Math.max(maxLocals, locals);
        if (stack > LIMIT || variables > LIMIT) {
            throw new IllegalArgumentException(methodName + descriptor + " has no room for hooks");
        }
        super.visitMaxs(stack, variables);
    }

    private Location here() {
        return elsewhere != null ? elsewhere : new Location(numbers.owner, methodName, line);
    }

    private int slot(Kind kind, String type) {
        return table.next(numbers, kind, here(), List.of(type));
    }

    private int site(Origin origin, String target) {
        return table.next(numbers, origin, here(), target);
    }

    private void hit(String hook, int slot) {
        if (slot != 0) {
            pushSlot(slot);
            call(hook, "(I)V");
        }
    }

    /** The hook of an array in front of it, where its length is on the stack. */
    private void lengthHook(String hook, int slot) {
        if (slot != 0 && form.isInFront()) {
            super.visitInsn(Opcodes.DUP);
            pushSlot(slot);
            call(hook, "(II)V");
        }
    }

    /** The hook of an array behind it. */
    private void arrayHook(String hook, int slot) {
        if (slot != 0 && !form.isInFront()) {
            super.visitInsn(Opcodes.DUP);
            super.visitInsn(Opcodes.ARRAYLENGTH);
            pushSlot(slot);
            call(hook, "(II)V");
        }
    }

    /** As an array hook, where the verifier knows the result as a mere object. */
    private void primitiveHook(String hook, String type, int slot) {
        if (slot != 0) {
            arrayLength(type);
            pushSlot(slot);
            call(hook, "(II)V");
        }
    }

    private void arrayLength(String type) {
        super.visitInsn(Opcodes.DUP);
        super.visitTypeInsn(Opcodes.CHECKCAST, type);
        super.visitInsn(Opcodes.ARRAYLENGTH);
    }

    /** The hook of the bytes of a concatenation, with their length on the stack. Whose line it is shows later. */
    private void concatenatingHook() {
        push(slot(Kind.ARRAY, "byte[]"));
        push(slot(Kind.OBJECT, STRING));
        call("concatenating", "(III)V");
    }

    /** The same behind the bytes, where blocks are followed. */
    private void viaBytesHook() {
        pushSlot(slot(Kind.ARRAY, "byte[]"));
        push(slot(Kind.OBJECT, STRING));
        call("viaBytes", "(III)V");
    }

    private void concatenatedHook() {
        int bytes = stringBytes();
        int string = slot(Kind.OBJECT, STRING);
        if (bytes != 0 && string != 0) {
            pushSlot(bytes);
            pushSlot(string);
            call(form == HookForm.COUNTING ? "countConcatenated" : "concatenated", "(II)V");
        }
    }

    /* Behind the builder itself, a hook keeps C2 from replacing it. */
    private void builtHook() {
        if (!form.isInFront()) {
            return;
        }
        boolean counts = form == HookForm.COUNTING;
        int bytes = stringBytes();
        int string = counts ? bytes : slot(Kind.OBJECT, STRING);
        if (bytes != 0 && string != 0) {
            super.visitInsn(Opcodes.DUP);
            pushSlot(bytes);
            if (counts) {
                call("countBuilt", "(Ljava/lang/String;I)V");
            } else {
                pushSlot(string);
                call("built", "(Ljava/lang/String;II)V");
            }
        }
    }

    /** For the bytes of a string: where they are only counted, with the string. */
    private int stringBytes() {
        return form == HookForm.COUNTING ? slot(Kind.STRING, STRING) : slot(Kind.ARRAY, "byte[]");
    }

    private void classFileHook() {
        int slot = slot(Kind.ARRAY, "byte[]");
        if (slot != 0) {
            super.visitInsn(Opcodes.DUP);
            super.visitInsn(Opcodes.ARRAYLENGTH);
            super.visitVarInsn(Opcodes.ALOAD, 0);
            pushSlot(slot);
            call("classFile", "(ILjava/lang/Object;I)V");
        }
    }

    private void unlessGivenHook(int slot) {
        if (slot != 0) {
            super.visitInsn(Opcodes.DUP);
            super.visitVarInsn(Opcodes.ALOAD, Hooks.GIVEN);
            pushSlot(slot);
            call("intsUnlessGiven", "(Ljava/lang/Object;Ljava/lang/Object;I)V");
        }
    }

    /** The counter's number; in the JDK that of the counter for the line of the program that called. */
    private void pushSlot(int slot) {
        push(slot);
        if (onBehalf()) {
            call("onBehalf", "(I)I");
        }
    }

    /* Blocks that are taken off again elsewhere have to stay together. */
    private boolean onBehalf() {
        return callers == Callers.JDK && !Hooks.countedByCallers(className, methodName);
    }

    private String objectHook(String name) {
        return onBehalf() ? name + "OnBehalf" : name;
    }

    private String anyObjectHook(String hook) {
        return onBehalf() ? "objectOnBehalf" : hook;
    }

    private void resultHook(String hook, int site) {
        if (site != 0) {
            super.visitInsn(Opcodes.DUP);
            push(site);
            call(hook, "(Ljava/lang/Object;I)V");
        }
    }

    /* The noted caller goes through a local beyond all others: no frame mentions it, and none lies in between. */
    private void enter(int caller) {
        push(caller);
        enterPushed();
    }

    private void enterPushed() {
        call("enter", "(I)I");
        super.visitVarInsn(Opcodes.ISTORE, freeLocal);
        locals = Math.max(locals, freeLocal + 1);
    }

    private void leave(String hook) {
        super.visitVarInsn(Opcodes.ILOAD, freeLocal);
        call(hook, "(I)V");
    }

    /** Notes this line as the one that calls into the JDK, in the local behind that of {@link #enter}. */
    private boolean enterJdk() {
        int site = site(Origin.CALLER, "");
        if (site == 0) {
            return false;
        }
        push(site);
        call("enterJdk", "(I)I");
        super.visitVarInsn(Opcodes.ISTORE, freeLocal + 1);
        locals = freeLocal + 2;
        return true;
    }

    private void leaveJdk() {
        super.visitVarInsn(Opcodes.ILOAD, freeLocal + 1);
        call("leaveJdk", "(I)V");
    }

    private void push(int value) {
        if (value >= -1 && value <= 5) {
            super.visitInsn(Opcodes.ICONST_0 + value);
        } else if (value == (byte) value) {
            super.visitIntInsn(Opcodes.BIPUSH, value);
        } else if (value == (short) value) {
            super.visitIntInsn(Opcodes.SIPUSH, value);
        } else {
            super.visitLdcInsn(value);
        }
    }

    private void call(String hook, String hookDescriptor) {
        super.visitMethodInsn(Opcodes.INVOKESTATIC, RECORDER, hook, hookDescriptor, false);
    }
}
