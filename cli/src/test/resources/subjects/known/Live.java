package known;

import io.tracemalloc.TracedMemory;
import io.tracemalloc.Tracemalloc;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Keeps known numbers of objects alive, and asks the tracer about them. */
public final class Live {

    static final List<Object> KEPT = new ArrayList<>(200_000);
    static final List<Object> REFERRED = new ArrayList<>(100_000);

    private Live() {}

    public static void main(String[] args) throws Exception {
        Path file = Path.of(args[0]);
        int n = Integer.parseInt(args[1]);
        Supplier<Object> constructor = Referred::new; // referred
        for (int i = 0; i < n; i++) {
            REFERRED.add(constructor.get());
            KEPT.add(new Kept()); // kept
            new Dropped(); // dropped
            KEPT.add(new int[10]); // kept arrays
        }
        KEPT.subList(0, n).clear();
        System.gc();
        Tracemalloc.takeSnapshot().dump(file);
        Object last = KEPT.get(KEPT.size() - 2);
        System.out.println("kept at "
                + Tracemalloc.objectTraceback(last).map(t -> t.frames().get(0).lineNumber()));
        System.out.println("equal "
                + Tracemalloc.objectTraceback("literal")
                        .map(t -> t.frames().get(0).fileName()));
        // So that nothing is counted before that a collection may take away meanwhile.
        System.gc();
        Tracemalloc.resetPeak();
        TracedMemory before = Tracemalloc.tracedMemory();
        Tracemalloc.takeSnapshot();
        System.out.println("own " + (Tracemalloc.tracedMemory().currentBytes() - before.currentBytes()));
        temporary();
        System.gc();
        TracedMemory after = Tracemalloc.tracedMemory();
        System.out.println("peak " + (after.peakBytes() - before.currentBytes()));
        if (KEPT.isEmpty()) {
            throw new AssertionError();
        }
    }

    private static void temporary() {
        List<byte[]> list = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            list.add(new byte[100_000]);
        }
        if (list.size() != 100) {
            throw new AssertionError();
        }
    }

    static final class Kept {
        long one;
        long two;
    }

    static final class Referred {
        long one;
    }

    static final class Dropped {
        long one;
    }
}
