package io.tracemalloc.capture.bytebuddy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tracemalloc.Snapshot;
import io.tracemalloc.Tracemalloc;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import traced.Work;

/**
 * A program may have loaded classes that cannot be linked, of libraries with optional parts for one. The JVM refuses to
 * retransform these, and all others in the same breath.
 */
final class UnlinkableClassTest {

    private static final int CLASSES = 5;
    private static final int BLOCKS = 1_000;

    private static final class Loader extends ClassLoader {
        Class<?> define(byte[] bytes) {
            return defineClass(null, bytes, 0, bytes.length);
        }
    }

    @AfterEach
    void stopTracing() {
        Tracemalloc.stop();
    }

    @Test
    void keepsNoOtherFromBeingCounted() {
        Class<?>[] unlinkable = new Class<?>[CLASSES];
        for (int i = 0; i < CLASSES; i++) {
            unlinkable[i] = new Loader().define(unlinkable());
        }

        Tracemalloc.start();
        assertThat(Work.blocks(BLOCKS)).hasSize(BLOCKS);
        Snapshot snapshot = Tracemalloc.takeSnapshot();

        assertThat(Counts.blocks(snapshot, Work.Block.class)).isEqualTo(BLOCKS);
        assertThatExceptionOfType(VerifyError.class)
                .isThrownBy(() -> unlinkable[0].getDeclaredConstructor().newInstance());
    }

    /** The only method returns a number that it does not have. */
    private static byte[] unlinkable() {
        ClassWriter writer = new ClassWriter(0);
        writer.visit(Opcodes.V17, Opcodes.ACC_PUBLIC, "traced/Unlinkable", null, "java/lang/Object", null);
        MethodVisitor method = writer.visitMethod(Opcodes.ACC_PUBLIC, "<init>", "()V", null, null);
        method.visitCode();
        method.visitInsn(Opcodes.IRETURN);
        method.visitMaxs(0, 1);
        method.visitEnd();
        writer.visitEnd();
        return writer.toByteArray();
    }
}
