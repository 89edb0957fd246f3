package io.tracemalloc.internal;

import java.lang.management.ManagementFactory;

/** Whether {@link System#gc} collects in this JVM. */
final class SystemGc {

    /** Why it does not, in one line. */
    static final String IGNORED =
            "garbage was not collected: the JVM ignores System.gc() (-XX:+DisableExplicitGC), and only"
                    + " the native backend can do without; live is as of the last collection";

    private static final String FLAG = "DisableExplicitGC";

    private SystemGc() {}

    /** Whether the JVM was told to ignore it; of several such options the last one counts. */
    static boolean isIgnored() {
        boolean ignored = false;
        // Those of environment variables and option files are among them; from -XX:Flags= they come without -XX:.
        for (String option : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            if (option.endsWith(FLAG)) {
                ignored = option.endsWith('+' + FLAG);
            }
        }
        return ignored;
    }
}
