package io.tracemalloc.capture.bytebuddy;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracemalloc.capture.bytebuddy.SiteTable.Slot;
import java.util.ArrayList;
import java.util.List;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Class files have names in a UTF-8 of their own, that of {@code DataInput}. */
final class HiddenClassesTest {

    private final SiteTable table = new SiteTable(TransformCache.none());

    @ParameterizedTest
    @ValueSource(strings = {"made", "größe", "メモリ", "\uD840\uDC0B"})
    void countsConstructorReferencesInPackagesOfAnyName(String packageName) {
        Class<?> host = define(packageName + "/Host");

        HiddenClasses.instrument(allocating(packageName + "/Host$$Lambda"), host, table, HookForm.COUNTING);

        assertThat(classesThatAllocate()).containsExactly(packageName + ".Host");
    }

    @ParameterizedTest
    @ValueSource(strings = {"made/Made", "größe/Größe", "メモリ/メモリ", "\uD840\uDC0B/\uD840\uDC0B"})
    void tellsClassesByTheirName(String name) {
        Class<?> host = define(name.substring(0, name.indexOf('/')) + "/Host");

        HiddenClasses.instrument(allocating(name), host, table, HookForm.COUNTING);

        assertThat(classesThatAllocate()).containsExactly(name.replace('/', '.'));
    }

    private List<String> classesThatAllocate() {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < table.slotEnd(); i++) {
            Slot slot = table.slot(i);
            if (slot != null) {
                names.add(slot.location().owner().className);
            }
        }
        return names;
    }

    private static byte[] allocating(String name) {
        ClassWriter writer = new ClassWriter(0);
        writer.visit(Opcodes.V17, Opcodes.ACC_PUBLIC, name, null, "java/lang/Object", null);
        MethodVisitor get = writer.visitMethod(Opcodes.ACC_STATIC, "get", "()Ljava/lang/Object;", null, null);
        get.visitCode();
        get.visitTypeInsn(Opcodes.NEW, "java/lang/Object");
        get.visitInsn(Opcodes.DUP);
        get.visitMethodInsn(Opcodes.INVOKESPECIAL, "java/lang/Object", "<init>", "()V", false);
        get.visitInsn(Opcodes.ARETURN);
        get.visitMaxs(2, 0);
        get.visitEnd();
        writer.visitEnd();
        return writer.toByteArray();
    }

    private static Class<?> define(String name) {
        byte[] bytes = allocating(name);
        return new ClassLoader(null) {
            Class<?> define() {
                return defineClass(name.replace('/', '.'), bytes, 0, bytes.length);
            }
        }.define();
    }
}
