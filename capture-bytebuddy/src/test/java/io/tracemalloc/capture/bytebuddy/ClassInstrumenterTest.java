package io.tracemalloc.capture.bytebuddy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracemalloc.capture.bytebuddy.boot.Handler;
import io.tracemalloc.capture.bytebuddy.boot.Recorder;
import io.tracemalloc.capture.bytebuddy.boot.Variant;
import java.lang.reflect.InvocationTargetException;
import java.util.function.BiConsumer;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.Handle;
import net.bytebuddy.jar.asm.Label;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Hand-made classes of every shape come out verifiable, do the same and are counted, whatever the form of the hooks. */
@ParameterizedClass
@EnumSource
final class ClassInstrumenterTest {

    /** So many times a made method allocates. */
    private static final int RUNS = 100;

    private final HookForm form;
    private final SiteTable table = new SiteTable(TransformCache.none());

    ClassInstrumenterTest(HookForm form) {
        this.form = form;
    }

    @BeforeEach
    void startRecorder() {
        BootClasses.define(InstrumentationAccess.get());
        Recorder.start(new Indifferent(), 0, 64L << 20, false);
    }

    @AfterEach
    void stopRecorder() {
        Recorder.stop();
    }

    @Test
    void leavesClassesAloneThatAllocateNothing() {
        byte[] original = classWithRun(Opcodes.V17, (writer, run) -> run.visitInsn(Opcodes.RETURN), 0, 0);

        assertThat(instrument(original)).isNull();
    }

    @Test
    void countsInClassesOfJavaOneWithSubroutines() throws ReflectiveOperationException {
        byte[] original = classWithRun(
                Opcodes.V1_1,
                (writer, run) -> {
                    Label subroutine = new Label();
                    run.visitJumpInsn(Opcodes.JSR, subroutine);
                    run.visitJumpInsn(Opcodes.JSR, subroutine);
                    run.visitInsn(Opcodes.RETURN);
                    run.visitLabel(subroutine);
                    run.visitVarInsn(Opcodes.ASTORE, 0);
                    allocate(run);
                    run.visitVarInsn(Opcodes.RET, 0);
                },
                2,
                1);

        assertThat(countAfterRuns(original)).isEqualTo(2 * RUNS);
    }

    @Test
    void countsBehindABranchBeforeTheSuperConstructor() throws ReflectiveOperationException {
        ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
        writer.visit(Opcodes.V1_6, Opcodes.ACC_PUBLIC, "made/Branching", null, "java/lang/Exception", null);
        MethodVisitor init = writer.visitMethod(Opcodes.ACC_PUBLIC, "<init>", "(Z)V", null, null);
        init.visitCode();
        init.visitVarInsn(Opcodes.ALOAD, 0);
        Label otherwise = new Label();
        Label join = new Label();
        init.visitVarInsn(Opcodes.ILOAD, 1);
        init.visitJumpInsn(Opcodes.IFEQ, otherwise);
        allocate(init);
        init.visitInsn(Opcodes.ACONST_NULL);
        init.visitTypeInsn(Opcodes.CHECKCAST, "java/lang/String");
        init.visitJumpInsn(Opcodes.GOTO, join);
        init.visitLabel(otherwise);
        init.visitFrame(Opcodes.F_FULL, 2, new Object[] {Opcodes.UNINITIALIZED_THIS, Opcodes.INTEGER}, 1, new Object[] {
            Opcodes.UNINITIALIZED_THIS
        });
        init.visitLdcInsn("x");
        init.visitLabel(join);
        init.visitFrame(Opcodes.F_FULL, 2, new Object[] {Opcodes.UNINITIALIZED_THIS, Opcodes.INTEGER}, 2, new Object[] {
            Opcodes.UNINITIALIZED_THIS, "java/lang/String"
        });
        init.visitMethodInsn(Opcodes.INVOKESPECIAL, "java/lang/Exception", "<init>", "(Ljava/lang/String;)V", false);
        init.visitInsn(Opcodes.RETURN);
        init.visitMaxs(0, 0);
        init.visitEnd();
        writer.visitEnd();
        Class<?> made = define("made.Branching", instrumented(writer.toByteArray()));

        for (int i = 0; i < RUNS; i++) {
            made.getConstructor(boolean.class).newInstance(i % 2 == 0);
        }

        assertThat(counted()).isEqualTo(RUNS / 2);
    }

    /** Loaders get a branch, and old class files have no frames. */
    @ParameterizedTest
    @ValueSource(ints = {Opcodes.V1_2, Opcodes.V1_5, Opcodes.V1_6, Opcodes.V17})
    void delegatesTheRecorderInLoadersOfAnyAge(int version) throws ReflectiveOperationException {
        ClassWriter writer = new ClassWriter(0);
        writer.visit(version, Opcodes.ACC_PUBLIC, "made/Branching", null, "java/lang/ClassLoader", null);
        MethodVisitor init = writer.visitMethod(Opcodes.ACC_PUBLIC, "<init>", "()V", null, null);
        init.visitCode();
        init.visitVarInsn(Opcodes.ALOAD, 0);
        init.visitMethodInsn(Opcodes.INVOKESPECIAL, "java/lang/ClassLoader", "<init>", "()V", false);
        init.visitInsn(Opcodes.RETURN);
        init.visitMaxs(1, 1);
        init.visitEnd();
        MethodVisitor load = writer.visitMethod(
                Opcodes.ACC_PUBLIC, "loadClass", "(Ljava/lang/String;)Ljava/lang/Class;", null, null);
        load.visitCode();
        load.visitInsn(Opcodes.ACONST_NULL);
        load.visitInsn(Opcodes.ARETURN);
        load.visitMaxs(1, 2);
        load.visitEnd();
        writer.visitEnd();
        Class<?> made = define("made.Branching", instrumented(writer.toByteArray()));
        ClassLoader loader = (ClassLoader) made.getConstructor().newInstance();

        assertThat(loader.loadClass("com.acme.Foo")).isNull();
        assertThat(loader.loadClass(Recorder.class.getName())).isEqualTo(Recorder.class);
    }

    @ParameterizedTest
    @CsvSource({"65535,1", "1,65534"})
    void refusesMethodsWithoutRoomForHooks(int maxStack, int maxLocals) {
        byte[] original = classWithRun(
                Opcodes.V17,
                (writer, run) -> {
                    run.visitInvokeDynamicInsn(
                            "run", "()V", new Handle(Opcodes.H_INVOKESTATIC, "made/Made", "link", "()V", false));
                    allocate(run);
                    run.visitInsn(Opcodes.RETURN);
                },
                maxStack,
                maxLocals + 1);

        assertThatThrownBy(() -> instrument(original))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("run()V has no room for hooks");
    }

    /** {@code b ? new Object() : new Integer(b ? 1 : 2)}: a frame names the {@code new} that is a branch target, too. */
    @Test
    void countsAnUnfinishedObjectAcrossABranch() throws ReflectiveOperationException {
        ClassWriter writer = new ClassWriter(0);
        writer.visit(Opcodes.V17, Opcodes.ACC_PUBLIC, "made/Branching", null, "java/lang/Object", null);
        MethodVisitor run = writer.visitMethod(Opcodes.ACC_PUBLIC | Opcodes.ACC_STATIC, "run", "(Z)V", null, null);
        run.visitCode();
        Label other = new Label();
        Label two = new Label();
        Label join = new Label();
        Label end = new Label();
        run.visitVarInsn(Opcodes.ILOAD, 0);
        run.visitJumpInsn(Opcodes.IFEQ, other);
        allocate(run);
        run.visitJumpInsn(Opcodes.GOTO, end);
        run.visitLabel(other);
        run.visitFrame(Opcodes.F_SAME, 0, null, 0, null);
        run.visitTypeInsn(Opcodes.NEW, "java/lang/Integer");
        run.visitInsn(Opcodes.DUP);
        run.visitVarInsn(Opcodes.ILOAD, 0);
        run.visitJumpInsn(Opcodes.IFEQ, two);
        run.visitInsn(Opcodes.ICONST_1);
        run.visitJumpInsn(Opcodes.GOTO, join);
        run.visitLabel(two);
        run.visitFrame(Opcodes.F_FULL, 1, new Object[] {Opcodes.INTEGER}, 2, new Object[] {other, other});
        run.visitInsn(Opcodes.ICONST_2);
        run.visitLabel(join);
        run.visitFrame(
                Opcodes.F_FULL, 1, new Object[] {Opcodes.INTEGER}, 3, new Object[] {other, other, Opcodes.INTEGER});
        run.visitMethodInsn(Opcodes.INVOKESPECIAL, "java/lang/Integer", "<init>", "(I)V", false);
        run.visitInsn(Opcodes.POP);
        run.visitLabel(end);
        run.visitFrame(Opcodes.F_SAME, 0, null, 0, null);
        run.visitInsn(Opcodes.RETURN);
        run.visitMaxs(3, 1);
        run.visitEnd();
        writer.visitEnd();
        Class<?> made = define("made.Branching", instrumented(writer.toByteArray()));

        for (int i = 0; i < RUNS; i++) {
            made.getMethod("run", boolean.class).invoke(null, i % 4 == 0);
        }

        assertThat(countsOf("java.lang.Object")).isEqualTo(RUNS / 4);
        assertThat(countsOf("java.lang.Integer")).isEqualTo(RUNS - RUNS / 4);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void doesNotCountArraysThatCannotBe(int length) throws ReflectiveOperationException {
        byte[] original = classWithRun(
                Opcodes.V1_4,
                (writer, run) -> {
                    run.visitLdcInsn(length);
                    run.visitIntInsn(Opcodes.NEWARRAY, Opcodes.T_LONG);
                    run.visitInsn(Opcodes.POP);
                    run.visitInsn(Opcodes.RETURN);
                },
                1,
                0);
        Class<?> made = define("made.Made", instrument(original));

        assertThatThrownBy(() -> made.getMethod("run").invoke(null)).isInstanceOf(InvocationTargetException.class);

        assertThat(counted()).isZero();
    }

    @Test
    void countsInAMethodWithAHugeSwitch() throws ReflectiveOperationException {
        int cases = 2_000;
        byte[] original = classWithRun(
                Opcodes.V1_4,
                (writer, run) -> {
                    Label[] labels = new Label[cases];
                    for (int i = 0; i < cases; i++) {
                        labels[i] = new Label();
                    }
                    Label end = new Label();
                    run.visitIntInsn(Opcodes.SIPUSH, cases - 1);
                    run.visitTableSwitchInsn(0, cases - 1, end, labels);
                    for (Label label : labels) {
                        run.visitLabel(label);
                        allocate(run);
                        run.visitJumpInsn(Opcodes.GOTO, end);
                    }
                    run.visitLabel(end);
                    run.visitInsn(Opcodes.RETURN);
                },
                2,
                0);

        assertThat(countAfterRuns(original)).isEqualTo(RUNS);
    }

    @Test
    void refusesAMethodThatBecomesTooLarge() {
        byte[] original = classWithRun(
                Opcodes.V1_4,
                (writer, run) -> {
                    for (int i = 0; i < 8_000; i++) {
                        run.visitTypeInsn(Opcodes.NEW, "java/lang/Object");
                        run.visitInsn(Opcodes.POP);
                        run.visitInsn(Opcodes.NOP);
                    }
                    run.visitInsn(Opcodes.RETURN);
                },
                1,
                0);

        assertThatThrownBy(() -> instrument(original)).isInstanceOf(RuntimeException.class);
    }

    @Test
    void givesTheSameNumbersToTheSameBytes() {
        byte[] original = classWithRun(
                Opcodes.V1_4,
                (writer, run) -> {
                    allocate(run);
                    run.visitInsn(Opcodes.RETURN);
                },
                2,
                0);

        byte[] first = instrument(original);
        int end = table.slotEnd();
        byte[] second = instrument(original);

        assertThat(second).isEqualTo(first);
        assertThat(table.slotEnd()).isEqualTo(end);
    }

    private static void allocate(MethodVisitor code) {
        code.visitTypeInsn(Opcodes.NEW, "java/lang/Object");
        code.visitInsn(Opcodes.DUP);
        code.visitMethodInsn(Opcodes.INVOKESPECIAL, "java/lang/Object", "<init>", "()V", false);
        code.visitInsn(Opcodes.POP);
    }

    private static byte[] classWithRun(
            int version, BiConsumer<ClassWriter, MethodVisitor> body, int maxStack, int maxLocals) {
        ClassWriter writer = new ClassWriter(0);
        writer.visit(version, Opcodes.ACC_PUBLIC, "made/Made", null, "java/lang/Object", null);
        MethodVisitor run = writer.visitMethod(Opcodes.ACC_PUBLIC | Opcodes.ACC_STATIC, "run", "()V", null, null);
        run.visitCode();
        body.accept(writer, run);
        run.visitMaxs(maxStack, maxLocals);
        run.visitEnd();
        writer.visitEnd();
        return writer.toByteArray();
    }

    private byte[] instrument(byte[] original) {
        return ClassInstrumenter.instrument(
                "made/Made", null, original, original.length, table, TransformCache.none(), form);
    }

    private byte[] instrumented(byte[] original) {
        byte[] result = ClassInstrumenter.instrument(
                "made/Branching", null, original, original.length, table, TransformCache.none(), form);
        assertThat(result).isNotNull();
        return result;
    }

    private long countAfterRuns(byte[] original) throws ReflectiveOperationException {
        byte[] instrumented = instrument(original);
        assertThat(instrumented).isNotNull();
        Class<?> made = define("made.Made", instrumented);
        for (int i = 0; i < RUNS; i++) {
            made.getMethod("run").invoke(null);
        }
        return counted();
    }

    private long countsOf(String type) {
        long[] totals = new long[table.slotEnd()];
        Recorder.sum(totals);
        long sum = 0;
        for (int i = 0; i < totals.length; i++) {
            SiteTable.Slot slot = table.slot(i);
            sum += slot != null && slot.type().equals(type) ? totals[i] : 0;
        }
        return sum;
    }

    private long counted() {
        long[] totals = new long[table.slotEnd()];
        Recorder.sum(totals);
        long sum = 0;
        for (long total : totals) {
            sum += total;
        }
        return sum;
    }

    /* The loader verifies what it defines, since it is not the boot loader. */
    private static Class<?> define(String name, byte[] bytes) {
        return new ClassLoader(ClassInstrumenterTest.class.getClassLoader()) {
            Class<?> define() {
                return defineClass(name, bytes, 0, bytes.length);
            }
        }.define();
    }

    /** Is asked for nothing, since nothing is sampled. */
    private static final class Indifferent extends Handler {
        @Override
        public long sizeOf(int slot) {
            return 16;
        }

        @Override
        public void sample(int slot, long sizeBytes) {}

        @Override
        public Variant variant(int site, Class<?> allocated) {
            return new Variant(allocated, 0);
        }

        @Override
        public int viaSlot(int callerSite, int slot) {
            return slot;
        }

        @Override
        public int pairSlot(int programSite, int slot) {
            return slot;
        }

        @Override
        public byte[] hidden(byte[] bytes, Class<?> host) {
            return bytes;
        }

        @Override
        public void nativeAllocated(long address, long sizeBytes) {}

        @Override
        public void nativeFreed(long address) {}

        @Override
        public void threadEnds(Thread thread) {}
    }
}
