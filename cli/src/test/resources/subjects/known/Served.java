package known;

import java.io.File;
import java.util.ArrayList;
import java.util.List;

/**
 * Waits for orders, which are files in a directory: {@code goN} makes it allocate 1,000 arrays and say so, {@code end}
 * ends it.
 */
public final class Served {

    private static final List<byte[]> KEPT = new ArrayList<>();

    private Served() {}

    public static void main(String[] args) throws Exception {
        File directory = new File(args[0]);
        System.out.println("ready");
        for (int order = 1; !new File(directory, "end").exists(); ) {
            if (new File(directory, "go" + order).exists()) {
                work();
                System.out.println("went " + order++);
            }
            Thread.sleep(5);
        }
        System.out.println("kept " + KEPT.size());
    }

    private static void work() {
        for (int i = 0; i < 1_000; i++) {
            KEPT.add(array());
        }
    }

    private static byte[] array() {
        return new byte[1_003]; // array
    }
}
