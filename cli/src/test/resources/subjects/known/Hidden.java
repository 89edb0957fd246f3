package known;

/** Uses hidden classes of every kind; comments as in {@link Kinds}, those of one JDK alone with its number. */
public final class Hidden {

    static volatile Object sink;

    private Hidden() {}

    public static void main(String[] args) throws Throwable {
        int n = Integer.parseInt(args[0]);
        records(n);
    }

    static void records(int n) {
        Shown shown = new Shown("text".repeat(2), 1);
        for (int i = 0; i < n; i++) {
            sink = shown.toString();
        }
    }

    record Shown(String name, int number) {} // @25 N~ java.lang.String {LIBZ}, N~ byte[] (29)
}
