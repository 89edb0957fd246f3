package io.tracemalloc.capture.bytebuddy;

import static org.assertj.core.api.Assertions.assertThat;

import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.Opcodes;
import org.junit.jupiter.api.Test;

/** Class files as the JVM shows them after it merged constants. */
final class ConstantPoolTest {

    @Test
    void aNaNTwiceIsARepetition() {
        assertThat(ConstantPool.repeatsNaN(withFloats(0x7fc00000))).isFalse();
        assertThat(ConstantPool.repeatsNaN(withFloats(0x7fc00000, 0x7fc00001))).isTrue();
        assertThat(ConstantPool.repeatsNaN(withDoubles(0x7ff8000000000000L))).isFalse();
        assertThat(ConstantPool.repeatsNaN(withDoubles(0x7ff8000000000000L, 0x7ff8000000000001L)))
                .isTrue();
    }

    @Test
    void otherConstantsAreNone() {
        ClassWriter writer = empty();
        writer.newConst(1L);
        writer.newConst(2L);
        writer.newConst(1.5);
        writer.newConst("text");
        writer.newMethodType("()V");
        writer.newModule("module");
        writer.newHandle(Opcodes.H_INVOKESTATIC, "Owner", "name", "()V", false);
        writer.newConst(Float.POSITIVE_INFINITY);
        writer.newConst(Double.NaN);
        assertThat(ConstantPool.repeatsNaN(new ClassReader(writer.toByteArray())))
                .isFalse();
        writer.newConst(Double.longBitsToDouble(0x7ff8000000000001L));
        assertThat(ConstantPool.repeatsNaN(new ClassReader(writer.toByteArray())))
                .isTrue();
    }

    @Test
    void aCompactedClassHasWhatItUses() {
        ClassReader compacted = new ClassReader(ConstantPool.compact(withFloats(0x7fc00000, 0x7fc00001)));

        assertThat(ConstantPool.repeatsNaN(compacted)).isFalse();
        assertThat(compacted.getClassName()).isEqualTo("Made");
    }

    private static ClassWriter empty() {
        ClassWriter writer = new ClassWriter(0);
        writer.visit(Opcodes.V17, Opcodes.ACC_PUBLIC, "Made", null, "java/lang/Object", null);
        return writer;
    }

    private static ClassReader withFloats(int... bits) {
        ClassWriter writer = empty();
        for (int each : bits) {
            writer.newConst(Float.intBitsToFloat(each));
        }
        return new ClassReader(writer.toByteArray());
    }

    private static ClassReader withDoubles(long... bits) {
        ClassWriter writer = empty();
        for (long each : bits) {
            writer.newConst(Double.longBitsToDouble(each));
        }
        return new ClassReader(writer.toByteArray());
    }
}
