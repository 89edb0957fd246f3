package io.tracemalloc.internal;

import java.util.Arrays;
import java.util.List;

/**
 * The tracer's own threads: daemons that keep nothing of the application alive, outside its thread groups.
 *
 * <p>Without lambdas: some are made before main.
 */
public final class DaemonThreads {

    private DaemonThreads() {}

    /** A thread that is not started yet, and that nobody can interrupt. */
    public static Thread create(String name, Runnable work) {
        return detach(new Undisturbed(group(), work, name));
    }

    /** A thread that is not started yet, for work that its owner ends by interrupting it. */
    public static Thread createInterruptible(String name, Runnable work) {
        return detach(new Thread(group(), work, name, 0, false));
    }

    /** The group that such threads belong to, the system's: a program may count and list those of its own. */
    public static ThreadGroup group() {
        ThreadGroup group = Thread.currentThread().getThreadGroup();
        while (group.getParent() != null) {
            group = group.getParent();
        }
        return group;
    }

    /** All live platform threads, as far as they belong to groups, at about this moment. */
    public static List<Thread> all() {
        ThreadGroup root = group();
        // Not as many as activeCount says: that asks the groups, which may be the program's own.
        Thread[] threads = new Thread[128];
        int found = root.enumerate(threads);
        while (found == threads.length) {
            threads = new Thread[2 * found];
            found = root.enumerate(threads);
        }
        return Arrays.asList(threads).subList(0, found);
    }

    /** Makes a daemon of a thread that was not started yet, and takes the class loader of its maker from it. */
    public static Thread detach(Thread thread) {
        thread.setDaemon(true);
        thread.setContextClassLoader(DaemonThreads.class.getClassLoader());
        return thread;
    }

    static void start(String name, Runnable work) {
        create(name, work).start();
    }

    /** Does this when the JVM ends: at its normal end, System.exit, SIGTERM and SIGINT. */
    public static void atExit(String name, Runnable work) {
        try {
            Runtime.getRuntime().addShutdownHook(create(name, work));
        } catch (IllegalStateException endsAlready) {
            // The JVM is shutting down: there is no later exit to do it at.
        }
    }

    /** A program that interrupts every thread of its JVM would end files, commands and waits that are not its own. */
    private static final class Undisturbed extends Thread {
        Undisturbed(ThreadGroup group, Runnable work, String name) {
            super(group, work, name, 0, false);
        }

        @Override
        public void interrupt() {}
    }
}
