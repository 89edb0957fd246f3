package known;

/** Strings that C2 makes by itself where it replaces their builders, among others that the JDK makes. */
public final class Built {

    private static final Object LASTING = new StringBuilder("lasting");

    static Object sink;

    private Built() {}

    public static void main(String[] args) {
        int n = Integer.parseInt(args[0]);
        for (int i = 0; i < n; i++) {
            sink = builder("a", i);
            sink = buffer("a", i);
            sink = unlike("ä€", "b");
            sink = inBuilder("a", "b");
            sink = object();
            sink = reused("a", "b");
        }
        System.out.println(sink.toString().length());
    }

    private static String builder(String text, int number) {
        return new StringBuilder().append(text).append(number).toString(); // builder
    }

    private static String buffer(String text, int number) {
        return new StringBuffer().append(text).append(number).toString(); // buffer
    }

    private static String unlike(String wide, String narrow) {
        return new StringBuilder(wide).append(narrow).toString(); // wide
    }

    private static String inBuilder(String first, String second) {
        return new StringBuilder()
                .append(new StringBuilder().append(first).append(second).toString()) // inner
                .append(second)
                .toString(); // outer
    }

    /** A builder's string that no hook at the call sees. */
    private static String object() {
        return String.valueOf(LASTING);
    }

    private static String reused(String first, String second) {
        StringBuilder builder = new StringBuilder(first);
        sink = builder.toString(); // first
        return builder.append(second).toString(); // second
    }
}
