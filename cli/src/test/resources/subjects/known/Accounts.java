package known;

import java.lang.invoke.LambdaMetafactory;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;

/** Makes the tracer work on the program's threads, once the accounts of the heap are open. */
public final class Accounts {

    private static Object kept;

    private Accounts() {}

    public static void main(String[] args) throws Throwable {
        Thread.sleep(4_000);
        switch (args[0]) {
            case "hidden" -> hidden(Integer.parseInt(args[1]));
            case "threads" -> threads(Integer.parseInt(args[1]));
            case "initializer" -> initializer();
            case "virtual" -> virtual(Integer.parseInt(args[1]));
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    /** Each is a hidden class that the tracer looks at. */
    private static void hidden(int count) throws Throwable {
        MethodHandles.Lookup lookup = MethodHandles.lookup();
        MethodType signature = MethodType.methodType(Object.class);
        MethodHandle constructor = lookup.findConstructor(Object.class, MethodType.methodType(void.class));
        for (int i = 0; i < count; i++) {
            kept = LambdaMetafactory.metafactory(
                            lookup, "get", MethodType.methodType(Supplier.class), signature, constructor, signature)
                    .getTarget();
        }
    }

    /** All live at the same time, so that each needs counters of its own. */
    private static void threads(int count) throws InterruptedException {
        CountDownLatch started = new CountDownLatch(count);
        CountDownLatch end = new CountDownLatch(1);
        for (int i = 0; i < count; i++) {
            new Thread(() -> {
                        kept = new int[1];
                        started.countDown();
                        await(end);
                    })
                    .start();
        }
        started.await();
        end.countDown();
    }

    /** An enum of hundreds of constants: all are allocated before its initializer has ended, each on a line of its own. */
    private static void initializer() throws ClassNotFoundException {
        kept = Class.forName("sun.security.util.KnownOIDs");
    }

    /* By reflection, since the class files are for an older JDK. */
    private static void virtual(int count) throws Exception {
        Runnable work = () -> {
            for (int i = 0; i < count; i++) {
                kept = new int[1];
            }
        };
        Thread thread = (Thread)
                Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, work);
        thread.join();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
