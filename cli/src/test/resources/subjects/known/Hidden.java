package known;

import java.util.function.Supplier;

/** Uses hidden classes of every kind; comments as in {@link Kinds}, those of one JDK alone with its number. */
public final class Hidden {

    static volatile Object sink;

    private Hidden() {}

    public static void main(String[] args) throws Throwable {
        int n = Integer.parseInt(args[0]);
        records(n);
        constructors(n);
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

    record Shown(String name, int number) {} // @25 N~ java.lang.String {LIBZ}, N~ byte[] (29)

    static final class Named {
        Object name;
    }
}
