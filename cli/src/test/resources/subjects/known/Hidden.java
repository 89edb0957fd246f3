package known;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/** Uses hidden classes of every kind; comments as in {@link Kinds}, those of one JDK alone with its number. */
public final class Hidden {

    static volatile Object sink;

    private Hidden() {}

    public static void main(String[] args) throws Throwable {
        int n = Integer.parseInt(args[0]);
        records(n);
        constructors(n);
        methods(n);
    }

    static void constructors(int n) {
        Supplier<Object> object = Object::new; // @ N java.lang.Object {}
        Supplier<Named> named = Named::new; // @ N known.Hidden$Named {L}
        for (int i = 0; i < n; i++) {
            sink = object.get(); // @ nothing
            sink = named.get(); // @ nothing
        }
    }

    static void records(int n) {
        Shown shown = new Shown("text".repeat(2), 1);
        for (int i = 0; i < n; i++) {
            sink = shown.toString();
        }
    }

    static void methods(int n) throws ReflectiveOperationException {
        Field field = sun.misc.Unsafe.class.getDeclaredField("theUnsafe");
        field.setAccessible(true);
        sun.misc.Unsafe unsafe = (sun.misc.Unsafe) field.get(null);
        Object[] texts = new String[] {"a", "b"};
        BiFunction<Object[], Integer, Object[]> copy = Arrays::copyOf; // @ N java.lang.String[] (4)
        BiFunction<Class<?>, Integer, Object> array = Array::newInstance; // @ N int[] (5)
        Maker instance = unsafe::allocateInstance; // @ N known.Hidden$Named {L}, 1 known.Hidden$$Lambda {L}
        for (int i = 0; i < n; i++) {
            sink = copy.apply(texts, 4); // @ nothing
            sink = array.apply(int.class, 5); // @ nothing
            sink = instance.make(Named.class); // @ nothing
        }
    }

    interface Maker {
        Object make(Class<?> type) throws InstantiationException;
    }

    record Shown(String name, int number) {} // @25 N~ java.lang.String {LIBZ}, N~ byte[] (29)

    static final class Named {
        Object name;
    }
}
