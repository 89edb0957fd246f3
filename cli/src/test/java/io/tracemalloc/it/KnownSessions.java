package io.tracemalloc.it;

import java.util.List;

/** Sessions of several kinds, one after another in one JVM of JDK 25, each of which counts the same. */
final class KnownSessions {

    private KnownSessions() {}

    /** What the JVM printed, a line for each session that counts. */
    static List<String> run(String... kinds) {
        return new Forked(JavaHome.of(25))
                .agent("0")
                .with(Subject.API)
                .main(Subject.of("known.Sessions", Subject.API), 1_000)
                .arguments(kinds)
                .succeed()
                .out()
                .lines()
                .toList();
    }

    /** What it prints for a session. */
    static String expected(String kind) {
        return kind + " record 1000, plus 1000, JDK 0";
    }
}
