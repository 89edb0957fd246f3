package io.tracemalloc.cli;

import java.util.HashMap;
import java.util.Map;

/** Tells of things that fail and come back: one line when it begins and one when it is over. Safe for any thread. */
final class Outages {

    private final Terminal terminal;

    /** Failed tries in a row, by what failed. Guarded by this. */
    private final Map<String, Integer> failed = new HashMap<>();

    Outages(Terminal terminal) {
        this.terminal = terminal;
    }

    /**
     * It failed.
     *
     * @param what a target, or what else can fail
     * @param then what follows, behind the reason
     */
    synchronized void failed(String what, String reason, String then) {
        if (failed.merge(what, 1, Integer::sum) == 1) {
            terminal.note(what + ": " + reason + (then.isEmpty() ? "" : "; " + then));
        }
    }

    /** It worked. */
    synchronized void worked(String what) {
        Integer tries = failed.remove(what);
        if (tries != null) {
            terminal.note(
                    what + ": back after " + (tries == 1 ? "1 failed try" : Messages.number(tries) + " failed tries"));
        }
    }

    /** Nobody asks for it any more. */
    synchronized void forget(String what) {
        failed.remove(what);
    }
}
