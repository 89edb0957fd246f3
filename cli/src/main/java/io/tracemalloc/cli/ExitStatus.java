package io.tracemalloc.cli;

/** What the exit status of a command means; {@code run} answers with its child's instead once it has launched it. */
final class ExitStatus {

    static final int DONE = 0;
    static final int CHECK_FAILED = 1;
    static final int WRONG_USAGE = 2;
    static final int BAD_INPUT = 3;

    private ExitStatus() {}
}
