package known;

/** Prints whether the tracer tells a virtual thread's carrier: the thread that has the counters. */
public final class Carriers {

    private static volatile Thread told;

    private Carriers() {}

    /* By reflection, since the class files are for an older JDK. */
    public static void main(String[] args) throws Exception {
        Runnable ask = () -> {
            try {
                told = (Thread) Class.forName("java.lang.TracemallocCarrier")
                        .getMethod("current")
                        .invoke(null);
            } catch (ReflectiveOperationException unknown) {
                throw new IllegalStateException(unknown);
            }
        };
        ask.run();
        System.out.println(told == Thread.currentThread());
        Thread thread = (Thread)
                Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, ask);
        thread.join();
        System.out.println(told != thread && told.getName().startsWith("ForkJoinPool"));
    }
}
