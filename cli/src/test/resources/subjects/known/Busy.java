package known;

import java.util.ArrayList;
import java.util.List;

/** Allocates without an end, a little at a time. */
public final class Busy {

    static volatile Object sink;

    private Busy() {}

    public static void main(String[] args) throws InterruptedException {
        List<Object> kept = new ArrayList<>();
        System.out.println("out: busy");
        while (true) {
            for (int i = 0; i < 50; i++) {
                sink = new byte[1000]; // arrays
                sink = new Busy(); // objects
            }
            if (kept.size() < 1000) {
                kept.add(new long[100]); // kept
            }
            Thread.sleep(5);
        }
    }
}
