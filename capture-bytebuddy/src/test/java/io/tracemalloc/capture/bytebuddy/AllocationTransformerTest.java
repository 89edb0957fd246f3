package io.tracemalloc.capture.bytebuddy;

import static org.assertj.core.api.Assertions.assertThat;

import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import org.junit.jupiter.api.Test;

/** Classes that cannot be instrumented stay as they are, and the first one is told with the reason. */
final class AllocationTransformerTest {

    private final AllocationTransformer transformer = new AllocationTransformer(
            new SiteTable(TransformCache.none()), TransformCache.none(), new HeapTruth(), HookForm.COUNTING);

    @Test
    void tellsTheMethodThatHasNoRoomForHooks() {
        assertThat(transform("com/acme/Small", 10)).isNotNull();
        assertThat(transform("com/acme/Huge", 16_000)).isNull();
        assertThat(transform("com/acme/Later", 16_000)).isNull();

        assertThat(transformer.instrumented()).isEqualTo(1);
        assertThat(transformer.failed()).isEqualTo(2);
        assertThat(transformer.firstFailure())
                .isEqualTo("com.acme.Huge: with hooks, run()V would be larger than 64 KB");
    }

    /** As by {@code defineClass(null, ...)}. */
    @Test
    void readsTheNameThatWasNotGiven() {
        byte[] nameless = transform(null, allocating("com/acme/Nameless", 10));

        assertThat(nameless).isEqualTo(transform("com/acme/Nameless", 10)).isNotNull();
        assertThat(transform(null, allocating("io/tracemalloc/Own", 10))).isNull();
        assertThat(transform(null, new byte[] {1, 2, 3})).isNull();
        assertThat(transformer.failed()).isZero();
    }

    private byte[] transform(String internalName, int allocations) {
        return transform(internalName, allocating(internalName, allocations));
    }

    private byte[] transform(String givenName, byte[] bytes) {
        return transformer.transform(new ClassLoader(null) {}, givenName, null, null, bytes);
    }

    /** So many objects in one method, four bytes of code each. */
    private static byte[] allocating(String internalName, int allocations) {
        ClassWriter writer = new ClassWriter(0);
        writer.visit(Opcodes.V17, Opcodes.ACC_PUBLIC, internalName, null, "java/lang/Object", null);
        MethodVisitor method = writer.visitMethod(Opcodes.ACC_STATIC, "run", "()V", null, null);
        method.visitCode();
        for (int i = 0; i < allocations; i++) {
            method.visitTypeInsn(Opcodes.NEW, "java/lang/Object");
            method.visitInsn(Opcodes.POP);
        }
        method.visitInsn(Opcodes.RETURN);
        method.visitMaxs(1, 0);
        method.visitEnd();
        writer.visitEnd();
        return writer.toByteArray();
    }
}
