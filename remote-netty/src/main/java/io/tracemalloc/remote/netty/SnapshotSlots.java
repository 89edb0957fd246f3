package io.tracemalloc.remote.netty;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Lets at most {@link #SLOTS} snapshots be in memory at a time; at most {@link #WAITING} requests wait for their turn.
 *
 * <p>Safe for any thread. Work begins on the thread that asks, or on the one that leaves a slot.
 */
final class SnapshotSlots {

    /** Snapshots at a time. */
    static final int SLOTS = 4;

    /** Requests that wait for one. */
    static final int WAITING = 128;

    /** A request that wants a slot, now or later. */
    static final class Turn {
        private final Runnable work;

        /* Guarded by the slots. */
        private boolean given;
        private boolean over;

        Turn(Runnable work) {
            this.work = work;
        }
    }

    /* Guarded by this. */
    private final Deque<Turn> waiting = new ArrayDeque<>();
    private int taken;

    /** What becomes of a request. */
    enum Entry {
        BEGUN,
        WAITING,
        REFUSED
    }

    /** Begins the work as soon as there is a slot, unless too many wait already. */
    Entry enter(Turn turn) {
        synchronized (this) {
            if (taken >= SLOTS) {
                return waiting.size() < WAITING && waiting.offer(turn) ? Entry.WAITING : Entry.REFUSED;
            }
            taken++;
            turn.given = true;
        }
        turn.work.run();
        return Entry.BEGUN;
    }

    /** Gives up a turn that has not come; false if it has. */
    synchronized boolean giveUp(Turn turn) {
        return waiting.remove(turn);
    }

    /** Leaves the slot, for the next one; does nothing the second time. */
    void leave(Turn turn) {
        Turn next;
        synchronized (this) {
            if (!turn.given || turn.over) {
                return;
            }
            turn.over = true;
            next = waiting.poll();
            if (next == null) {
                taken--;
                return;
            }
            next.given = true;
        }
        next.work.run();
    }

    /** Whether somebody waits for a slot. */
    synchronized boolean isWanted() {
        return !waiting.isEmpty();
    }

    /** Snapshots in memory. */
    synchronized int taken() {
        return taken;
    }
}
