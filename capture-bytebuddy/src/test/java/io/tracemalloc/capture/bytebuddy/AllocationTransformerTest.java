package io.tracemalloc.capture.bytebuddy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Classes that cannot be instrumented stay as they are; they and those that run slowly with hooks are told. */
final class AllocationTransformerTest {

    private final SiteTable table = new SiteTable(TransformCache.none());
    private final AllocationTransformer transformer =
            new AllocationTransformer(table, TransformCache.none(), new HeapTruth(), HookForm.COUNTING);

    @BeforeAll
    static void defineRecorder() {
        BootClasses.define(InstrumentationAccess.get());
    }

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

    /** Of 8,000 bytes, of which each allocation takes four and each hook six. */
    @Test
    void tellsMethodsThatHooksMakeTooLargeToBeCompiled() {
        transform("com/acme/Small", 700);
        transform("com/acme/Larger", 900);
        transform("com/acme/AsLarge", 1_900);
        transform("com/acme/TooLargeAnyway", 2_100);

        assertThat(transformer.hugeMethods().note(table, blocks(9_000, 0))).isNull();
        assertThat(transformer.hugeMethods().note(table, blocks(9_000, 199)))
                .as("called so seldom that it would not be compiled anyway")
                .isNull();
        assertThat(transformer.hugeMethods().note(table, blocks(9_000, 200)))
                .isEqualTo("com.acme.AsLarge.run and 1 more method are larger than 8,000 bytes with hooks: the JVM does"
                        + " not compile that, unless with -XX:-DontCompileHugeMethods");
        // The first 700 slots are those of Small.
        assertThat(transformer.hugeMethods().note(table, blocks(1_500, 200)))
                .startsWith("com.acme.Larger.run is larger than 8,000 bytes with hooks:");
    }

    private static long[] blocks(int places, long each) {
        long[] blocks = new long[places];
        Arrays.fill(blocks, each);
        return blocks;
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

    /** Another agent may take the bytes behind this transformer, and redefine the class by them. */
    @Test
    void hooksNothingTwice() {
        byte[] hooked = transform("com/acme/Redefined", 10);

        assertThat(hooked).isNotNull();
        assertThat(transform("com/acme/Redefined", hooked)).isNull();
        assertThat(transformer.failed()).isZero();
    }

    /** Such as one that a framework has for a library that is not there. */
    @Test
    void missesNothingInClassesThatCannotRun() {
        transformer.refused(Object.class, new NoClassDefFoundError("org/acme/Missing"));
        transformer.refused(Object.class, new InternalError("class redefinition failed: invalid class"));
        assertThat(transformer.failed()).isZero();

        transformer.refused(Object.class, new InternalError("other"));
        assertThat(transformer.firstFailure()).isEqualTo("java.lang.Object: InternalError: other");
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
