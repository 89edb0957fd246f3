package io.tracemalloc.capture.bytebuddy;

import io.tracemalloc.capture.bytebuddy.SiteTable.Kind;
import io.tracemalloc.capture.bytebuddy.SiteTable.Slot;
import io.tracemalloc.capture.bytebuddy.boot.Heap;
import io.tracemalloc.capture.bytebuddy.boot.Recorder;
import java.lang.instrument.Instrumentation;
import java.lang.ref.WeakReference;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.Opcodes;
import net.bytebuddy.jar.asm.Type;
import org.jspecify.annotations.Nullable;

/**
 * The bytes that objects of a slot take in this JVM, asked of the JVM itself.
 *
 * <p>Safe for any thread.
 */
final class Sizes {

    /** For classes that are gone before they were measured: the smallest size that any object with a field has. */
    private static final int UNMEASURED = 16;

    private final SiteTable table;
    private final Instrumentation instrumentation;
    private final Map<String, Integer> lambdas = new ConcurrentHashMap<>();
    /** Slots whose objects are of the class of another slot. */
    private final Map<Integer, Integer> sameClass = new ConcurrentHashMap<>();

    /** Slots that were asked for while their class may not have been initialised. */
    private final Set<Integer> asked = ConcurrentHashMap.newKeySet();

    /** By slot, 0 = not measured. Guarded by itself for growing; a lost write only repeats a measurement. */
    private volatile int[] known = new int[16 * 1024];

    /** Initializers of enums make hundreds of one class, each at a slot of its own, and to list its fields takes a while. */
    private volatile Measured lastByFields = new Measured(new WeakReference<>(null), 0);

    Sizes(SiteTable table, Instrumentation instrumentation) {
        this.table = table;
        this.instrumentation = instrumentation;
    }

    /** Size of the objects of a slot. */
    long of(int number) {
        int size = measured(number, true);
        return size == 0 ? UNMEASURED : size;
    }

    /**
     * Size of the objects of a slot, measured if their class is initialised. To list the fields of another loads the
     * classes of these: on this thread, which the program does not expect to take the locks of its loaders and agents.
     */
    long ofInitialized(int number) {
        int size = measured(number, false);
        return size == 0 ? UNMEASURED : size;
    }

    /**
     * Size of the objects of a slot, 0 if it is not known yet. For hooks in front of an allocation, which run before the
     * class is loaded and initialised: the first question of all is not answered, for it may be that very moment.
     */
    long ofKnown(int number) {
        int size = known(number);
        return size != 0 || asked.add(number) ? size : measured(number, true);
    }

    /** Notes the size of the objects of a slot from their class. */
    void learn(int number, Class<?> type) {
        put(number, of(type, true));
    }

    /** Objects of one slot are of the class of another: needed where a class is visible to the first site only. */
    void copy(int from, int to) {
        // At once where that is possible: the loader of the first site may be gone soon.
        if (known(to) == 0) {
            int size = measured(from, true);
            if (size != 0) {
                put(to, size);
            } else {
                sameClass.putIfAbsent(to, from);
            }
        }
    }

    /** The size if it was found out before, else 0. */
    int known(int number) {
        int[] sizes = known;
        return number < sizes.length ? sizes[number] : 0;
    }

    /** The size if it is known or can be found out, else 0. */
    private int measured(int number, boolean byFields) {
        int size = known(number);
        if (size == 0) {
            Integer other = sameClass.get(number);
            size = other != null ? measured(other, byFields) : ofObjectsOf(table.slot(number), byFields);
            if (size != 0) {
                put(number, size);
            }
        }
        return size;
    }

    private int ofObjectsOf(@Nullable Slot slot, boolean byFields) {
        if (slot == null) {
            return 0;
        }
        return slot.kind() == Kind.LAMBDA ? ofLambda(slot.type()) : ofClassOf(slot, byFields);
    }

    private void put(int number, int size) {
        synchronized (this) {
            if (number >= known.length) {
                known = Arrays.copyOf(known, Math.max(number + 1, known.length * 2));
            }
            known[number] = size;
        }
    }

    private int ofClassOf(Slot slot, boolean byFields) {
        try {
            return of(slot.location().owner().resolve(slot.type()), byFields);
        } catch (ClassNotFoundException | LinkageError gone) {
            return 0;
        }
    }

    private int of(Class<?> type, boolean byFields) {
        try {
            if (Recorder.isInitialized(type)) {
                return (int) instrumentation.getObjectSize(Recorder.allocate(type));
            }
            return byFields ? ofFieldsOf(type) : 0;
        } catch (InstantiationException | LinkageError | RuntimeException noInstances) {
            return 0;
        }
    }

    /**
     * By the end of its last field. To measure an instance of a class that is being initialised would wait for the end of
     * that, which may wait for this: a program can end in a class initialiser.
     */
    private int ofFieldsOf(Class<?> type) {
        Measured last = lastByFields;
        if (last.type.refersTo(type)) {
            return last.size;
        }
        long end = 0;
        for (Class<?> owner = type; owner != null; owner = owner.getSuperclass()) {
            for (Field field : owner.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers())) {
                    end = Math.max(end, Recorder.offset(field) + Heap.width(field.getType()));
                }
            }
        }
        int size = (int) Math.max(instrumentation.getObjectSize(new Object()), Heap.padded(end));
        lastByFields = new Measured(new WeakReference<>(type), size);
        return size;
    }

    /** A lambda's class is hidden; a class with the same fields has the same size. */
    private int ofLambda(String captured) {
        char[] fields = new char[Type.getArgumentCount(captured)];
        int i = 0;
        for (Type type : Type.getArgumentTypes(captured)) {
            fields[i++] =
                    type.getSort() >= Type.ARRAY ? 'L' : type.getDescriptor().charAt(0);
        }
        Arrays.sort(fields);
        return lambdas.computeIfAbsent(new String(fields), this::ofFields);
    }

    private int ofFields(String fields) {
        ClassWriter writer = new ClassWriter(0);
        writer.visit(Opcodes.V11, Opcodes.ACC_FINAL, "Captured", null, "java/lang/Object", null);
        for (int i = 0; i < fields.length(); i++) {
            String type = fields.charAt(i) == 'L' ? "Ljava/lang/Object;" : fields.substring(i, i + 1);
            writer.visitField(Opcodes.ACC_FINAL, "f" + i, type, null, null).visitEnd();
        }
        writer.visitEnd();
        return of(new Probe().define(writer.toByteArray()), true);
    }

    private record Measured(WeakReference<@Nullable Class<?>> type, int size) {}

    private static final class Probe extends ClassLoader {
        Probe() {
            super(null);
        }

        Class<?> define(byte[] bytes) {
            return defineClass("Captured", bytes, 0, bytes.length);
        }
    }
}
