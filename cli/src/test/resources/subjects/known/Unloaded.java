package known;

import io.tracemalloc.LiveTracking;
import io.tracemalloc.TraceOptions;
import io.tracemalloc.Tracemalloc;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;

/** Starts to trace from a thread with a class loader and an inherited value of its own, and lets go of both. */
public final class Unloaded {

    private static final InheritableThreadLocal<Object> INHERITED = new InheritableThreadLocal<>();

    private Unloaded() {}

    public static void main(String[] args) throws Exception {
        Object[] owned = {new URLClassLoader(new URL[0]), new byte[1_000]};
        WeakReference<?> loader = new WeakReference<>(owned[0]);
        WeakReference<?> value = new WeakReference<>(owned[1]);
        Thread starter = new Thread(() -> {
            INHERITED.set(owned[1]);
            Tracemalloc.start(TraceOptions.DEFAULTS.withLive(LiveTracking.valueOf(args[0])));
            owned[0] = null;
            owned[1] = null;
        });
        starter.setContextClassLoader((ClassLoader) owned[0]);
        starter.start();
        starter.join();
        starter = null;
        for (int i = 0; i < 50 && (loader.get() != null || value.get() != null); i++) {
            System.gc();
            Thread.sleep(100);
        }
        System.out.println("loader " + (loader.get() == null ? "gone" : "kept") + ", value "
                + (value.get() == null ? "gone" : "kept"));
    }
}
