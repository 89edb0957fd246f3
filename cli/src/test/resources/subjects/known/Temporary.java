package known;

import io.tracemalloc.Tracemalloc;
import java.util.ArrayList;
import java.util.List;

/** Blocks that die at the first collection, blocks that survive one, and blocks that stay. */
public final class Temporary {

    static final List<Object> KEPT = new ArrayList<>(100_000);
    static volatile Object sink;

    private Temporary() {}

    public static void main(String[] args) {
        int n = Integer.parseInt(args[0]);
        for (int i = 0; i < n; i++) {
            KEPT.add(new Kept()); // kept
            sink = new Dropped(); // dropped
        }
        sink = null;
        List<Object> once = new ArrayList<>(n);
        for (int i = 0; i < n; i++) {
            once.add(new Once()); // once
        }
        System.gc();
        // So that the tracer has looked at this collection before the next one.
        Tracemalloc.takeSnapshot();
        if (once.size() != n) {
            throw new AssertionError();
        }
        once.clear();
        System.gc();
        System.out.println(KEPT.size());
    }

    static final class Kept {
        long one;
    }

    static final class Dropped {
        long one;
        long two;
    }

    static final class Once {
        long one;
        long two;
        long three;
    }
}
