package known;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/** Allocates far below its callers: through many method handles, whose frames are hidden, and at many depths. */
public final class Hops {

    private static final int HOPS = 17;
    private static final MethodHandle[] HOP = new MethodHandle[1];

    static volatile Object sink;

    private Hops() {}

    public static void main(String[] args) throws Throwable {
        HOP[0] = MethodHandles.lookup().findStatic(Hops.class, "hop", MethodType.methodType(Object.class, int.class));
        int n = Integer.parseInt(args[0]);
        for (int i = 0; i < n; i++) {
            left();
            right();
            down(200 + i % 50); // main calls
        }
        System.out.println("done");
    }

    private static void left() throws Throwable {
        sink = hop(HOPS); // left
    }

    private static void right() throws Throwable {
        sink = hop(HOPS); // right
    }

    private static Object hop(int more) throws Throwable {
        return more == 0 ? new Far() : (Object) HOP[0].invokeExact(more - 1); // hop
    }

    private static void down(int depth) {
        if (depth > 0) {
            down(depth - 1); // deeper
        } else {
            sink = new Bottom(); // bottom
        }
    }

    static final class Far {}

    static final class Bottom {}
}
