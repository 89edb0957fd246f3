package io.tracemalloc.capture.bytebuddy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.Opcodes;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import traced.Work;

/** Sizes of slots, asked of this JVM. */
final class SizesTest {

    private static final String SERVICE = Work.Service.class.getName();

    private final SiteTable table = new SiteTable(TransformCache.none());
    private Sizes sizes;

    @BeforeEach
    void makeSizes() {
        BootClasses.define(InstrumentationAccess.get());
        sizes = new Sizes(table, InstrumentationAccess.get());
    }

    private int slot(String method, ClassLoader loader, String type) {
        ClassSites owner = new ClassSites("com/acme/Foo", null, loader);
        return table.slotFor(new Location(owner, method, 1), type, SiteTable.Kind.OBJECT);
    }

    @Test
    void followsTheClassFromSlotToSlot() {
        int visible = slot("visible", Work.class.getClassLoader(), Uninitialized.class.getName());
        int reflective = slot("reflective", null, Uninitialized.class.getName());
        int program = slot("program", null, Uninitialized.class.getName());
        sizes.copy(visible, reflective);
        sizes.copy(reflective, program);

        // Five longs, and a header of at most 16 bytes.
        assertThat(sizes.of(program)).isBetween(48L, 56L).isEqualTo(sizes.of(visible));
        assertThat(sizes.of(reflective)).isEqualTo(sizes.of(visible));
    }

    @Test
    void keepsWhatWasMeasuredWhenTheFirstSlotIsGone() throws ReflectiveOperationException {
        Class.forName(SERVICE);
        int visible = slot("visible", Work.class.getClassLoader(), SERVICE);
        int other = slot("other", null, SERVICE);
        long size = sizes.of(visible);
        sizes.copy(visible, other);

        assertThat(sizes.of(other)).isEqualTo(size);
    }

    @Test
    void answersOnlyWhenTheClassIsInitialised() throws ReflectiveOperationException {
        int slot = slot("late", SizesTest.class.getClassLoader(), Late.class.getName());

        assertThat(sizes.ofKnown(slot)).isZero();
        new Late();
        assertThat(sizes.ofKnown(slot)).isPositive();
    }

    @Test
    void measuresByFieldsWithoutInitialising() {
        int slot = slot("fields", SizesTest.class.getClassLoader(), Uninitialized.class.getName());

        assertThat(sizes.of(slot)).isBetween(48L, 56L);
        assertThat(initialized).isFalse();
    }

    @Test
    void loadsNoClassWhileTheProgramGoesOn() {
        List<String> loaded = new ArrayList<>();
        int slot = slot("going on", new ClassOfField(loaded), "made.Made");

        sizes.ofInitialized(slot);

        assertThat(loaded).isEmpty();
        assertThat(sizes.of(slot)).isPositive();
        assertThat(loaded).containsExactly("made.Part");
    }

    private static boolean initialized;

    /** Has loaded a class with a field, and notes when it is asked for the class of this. */
    private static final class ClassOfField extends ClassLoader {
        private final List<String> loaded;

        ClassOfField(List<String> loaded) {
            super(null);
            this.loaded = loaded;
            define("made.Made", "Lmade/Part;");
        }

        private Class<?> define(String name, String fieldType) {
            ClassWriter writer = new ClassWriter(0);
            writer.visit(Opcodes.V17, 0, name.replace('.', '/'), null, "java/lang/Object", null);
            writer.visitField(0, "field", fieldType, null, null).visitEnd();
            writer.visitEnd();
            byte[] bytes = writer.toByteArray();
            return defineClass(name, bytes, 0, bytes.length);
        }

        @Override
        protected Class<?> findClass(String name) {
            loaded.add(name);
            return define(name, "I");
        }
    }

    private static final class Late {
        private static final long MADE = System.nanoTime();
        private final long at = MADE;

        @Override
        public String toString() {
            return "late " + at;
        }
    }

    /** Loaded by the literal that names it; its fields only take room. */
    @SuppressWarnings("UnusedVariable")
    private static final class Uninitialized {
        static {
            initialized = true;
        }

        long first, second, third, fourth, fifth;
    }
}
