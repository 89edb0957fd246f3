package io.tracemalloc.internal;

/** The tracer's own threads: daemons that keep no class loader of the application alive. */
final class DaemonThreads {

    private DaemonThreads() {}

    private static Thread create(String name, Runnable work) {
        Thread thread = new Thread(null, work, name, 0, false);
        thread.setDaemon(true);
        thread.setContextClassLoader(DaemonThreads.class.getClassLoader());
        return thread;
    }

    static void start(String name, Runnable work) {
        create(name, work).start();
    }

    /** Does this when the JVM ends: at its normal end, System.exit, SIGTERM and SIGINT. */
    static void atExit(String name, Runnable work) {
        try {
            Runtime.getRuntime().addShutdownHook(create(name, work));
        } catch (IllegalStateException endsAlready) {
            // The JVM is shutting down: there is no later exit to do it at.
        }
    }
}
