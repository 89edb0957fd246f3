package io.tracemalloc.cli;

import java.util.Collection;

/** Tells which targets there are at the moment. Called by one thread, before each round. */
@FunctionalInterface
interface TargetSource {

    /** The targets, each once, in the order in which they are to be asked. */
    Collection<String> targets();
}
