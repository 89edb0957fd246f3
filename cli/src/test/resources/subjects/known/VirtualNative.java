package known;

import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;

/** Allocates native memory on a virtual thread; prints how many threads were started meanwhile. */
public final class VirtualNative {

    private static ByteBuffer kept;

    private VirtualNative() {}

    /* By reflection, since the class files are for an older JDK. */
    public static void main(String[] args) throws Exception {
        allocate(1);
        long before = started();
        Runnable work = () -> allocate(Integer.parseInt(args[0]));
        Thread thread = (Thread)
                Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, work);
        thread.join();
        System.out.println(started() - before);
    }

    private static void allocate(int count) {
        for (int i = 0; i < count; i++) {
            kept = ByteBuffer.allocateDirect(16);
        }
    }

    private static long started() {
        return ManagementFactory.getThreadMXBean().getTotalStartedThreadCount();
    }
}
