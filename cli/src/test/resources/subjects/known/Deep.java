package known;

/** Allocates at known depths. */
public final class Deep {

    static volatile Object sink;

    private Deep() {}

    public static void main(String[] args) {
        int n = Integer.parseInt(args[0]);
        for (int i = 0; i < n; i++) {
            down(i % 20); // main calls
        }
        for (int i = 0; i < n; i++) {
            left(); // main calls left
            right(); // main calls right
            right(); // main calls right again
        }
        System.out.println("done");
    }

    private static void down(int depth) {
        if (depth > 0) {
            down(depth - 1); // deeper
        } else {
            sink = new Bottom(); // bottom
        }
    }

    private static void left() {
        make(); // left
    }

    private static void right() {
        make(); // right
    }

    private static void make() {
        sink = new Made(); // made
    }

    static final class Bottom {}

    static final class Made {}
}
