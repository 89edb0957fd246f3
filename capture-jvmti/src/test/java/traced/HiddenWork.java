package traced;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.util.function.Supplier;

/** Allocates outside the tracer's own packages, in as many hidden classes as are made of it. */
public final class HiddenWork implements Supplier<Object[]> {

    private final byte[] bytes = new byte[100];

    /** An array with one that the constructor made. */
    @Override
    public Object[] get() {
        return new Object[] {bytes};
    }

    /** A new hidden class: its name is this one's and an address. */
    @SuppressWarnings("unchecked")
    public static Supplier<Object[]> define() throws ReflectiveOperationException, IOException {
        try (InputStream file = HiddenWork.class.getResourceAsStream("HiddenWork.class")) {
            Class<?> defined = MethodHandles.lookup()
                    .defineHiddenClass(file.readAllBytes(), false)
                    .lookupClass();
            return (Supplier<Object[]>) defined.getDeclaredConstructor().newInstance();
        }
    }
}
