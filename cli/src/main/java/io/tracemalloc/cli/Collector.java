package io.tracemalloc.cli;

import io.tracemalloc.spi.SnapshotRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Gets the snapshots of many targets, round after round, some at a time.
 *
 * <p>One thread decides everything, in {@link #run}; attempts run on threads of their own and report to it. A target that
 * fails has a schedule of its own: it is tried again after a second, then after twice as long each time, and sits out the
 * rounds in between. A target that hangs is given up when its time is over, which frees its place at once.
 */
final class Collector {

    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LONGEST_RETRY = Duration.ofMinutes(1);
    private static final long SHORTEST_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /**
     * What to do how often.
     *
     * @param every from the beginning of a round to that of the next
     * @param rounds how many rounds, 0 = until it is stopped
     * @param parallel how many targets at a time
     * @param timeout how long one try may take
     * @param tries how often to try a target in the last round, 0 = once
     */
    record Plan(Duration every, int rounds, int parallel, Duration timeout, int tries) {

        boolean isLast(int round) {
            return rounds != 0 && round >= rounds;
        }
    }

    /** Is told what happens, on the thread that collects; must not take long. */
    interface Listener {

        /**
         * A snapshot has come.
         *
         * @param before when the one before came from this target; empty for the first
         */
        void collected(String target, Path file, Instant time, Optional<Instant> before);

        /** All targets of a round have answered or failed, or the next round begins. */
        void roundOver(Round round);
    }

    /**
     * What a round brought.
     *
     * @param number from 1
     * @param targets how many there were
     * @param files the snapshots by target
     */
    record Round(int number, int targets, Map<String, Path> files, long bytes, Duration elapsed) {}

    /**
     * What came of it all.
     *
     * @param failing why, by target, of those whose last try failed
     */
    record Outcome(
            int rounds, int targets, long snapshots, long bytes, long failedTries, Map<String, String> failing) {}

    /** What is known of a target. */
    private static final class State {

        private final String target;
        private int failures;
        private String failure = "";
        private long retryNanos;
        private boolean waiting;
        private @Nullable Attempt running;
        private @Nullable Attempt lingering;
        private @Nullable Instant collected;

        State(String target) {
            this.target = target;
        }
    }

    private final Plan plan;
    private final TargetSource source;
    private final Connector connector;
    private final SnapshotRequest request;
    private final SnapshotDirectory directory;
    private final Outages outages;
    private final Listener listener;

    /** Results of attempts; empty to wake the thread up. */
    private final BlockingQueue<Optional<Attempt.Result>> events = new LinkedBlockingQueue<>();

    private volatile boolean stopped;

    /* All below belongs to the thread in run. */
    private final Map<String, State> states = new LinkedHashMap<>();
    private final Set<String> everSeen = new HashSet<>();
    private int round;
    private boolean roundOpen;
    private long roundStartNanos;
    private long nextRoundNanos;
    private final Set<String> pending = new HashSet<>();
    private Map<String, Path> files = new LinkedHashMap<>();
    private long roundBytes;
    private int running;
    private long snapshots;
    private long bytes;
    private long failedTries;

    Collector(
            Plan plan,
            TargetSource source,
            Connector connector,
            SnapshotRequest request,
            SnapshotDirectory directory,
            Outages outages,
            Listener listener) {
        this.plan = plan;
        this.source = source;
        this.connector = connector;
        this.request = request;
        this.directory = directory;
        this.outages = outages;
        this.listener = listener;
    }

    /** Ends {@link #run} soon. For any thread, and signal handlers. */
    void stop() {
        stopped = true;
        events.add(Optional.empty());
    }

    /** Whether it was asked to end. */
    boolean isStopped() {
        return stopped;
    }

    /** Collects until all rounds are over or it is stopped. */
    Outcome run() {
        nextRoundNanos = System.nanoTime();
        while (!stopped && !isOver()) {
            if (!plan.isLast(round) && System.nanoTime() - nextRoundNanos >= 0) {
                beginRound();
            }
            startWhatIsDue();
            takeEvent();
            giveUpWhatIsLate();
            if (roundOpen && pending.isEmpty()) {
                endRound();
            }
        }
        giveUpAll();
        if (roundOpen) {
            endRound();
        }
        return outcome();
    }

    private boolean isOver() {
        return plan.isLast(round) && !roundOpen;
    }

    private void beginRound() {
        if (roundOpen) {
            endRound();
        }
        round++;
        roundOpen = true;
        roundStartNanos = System.nanoTime();
        // Rounds that were missed, as on a machine that slept, are not made up for.
        long missed = (roundStartNanos - nextRoundNanos) / plan.every().toNanos();
        nextRoundNanos += (missed + 1) * plan.every().toNanos();
        Collection<String> targets = source.targets();
        forgetAllBut(targets);
        for (String target : targets) {
            everSeen.add(target);
            State state = states.computeIfAbsent(target, State::new);
            if (state.failures == 0 || plan.isLast(round)) {
                state.waiting = state.running == null;
                pending.add(target);
            }
        }
    }

    private void forgetAllBut(Collection<String> targets) {
        Set<String> kept = new HashSet<>(targets);
        states.values().removeIf(state -> {
            boolean gone = !kept.contains(state.target);
            if (gone) {
                outages.forget(state.target);
                if (state.running != null) {
                    // Its result will find no state.
                    state.running.giveUp("no longer a target");
                }
            }
            return gone;
        });
    }

    private void startWhatIsDue() {
        long now = System.nanoTime();
        List<State> due = new ArrayList<>();
        for (State state : states.values()) {
            if (state.waiting || (retries(state) && now - state.retryNanos >= 0)) {
                due.add(state);
            }
        }
        // Whoever answered last time comes first.
        due.sort(Comparator.comparingInt(state -> state.failures));
        for (State state : due) {
            if (running < plan.parallel()) {
                start(state);
            }
        }
    }

    private boolean retries(State state) {
        boolean wanted = !plan.isLast(round) || pending.contains(state.target);
        return wanted && state.failures > 0 && state.running == null;
    }

    private void start(State state) {
        state.waiting = false;
        Attempt former = state.lingering;
        if (former != null && former.lingers()) {
            failed(state, "still has not answered");
            return;
        }
        state.lingering = null;
        running++;
        state.running = Attempt.start(
                state.target,
                connector,
                request,
                directory,
                System.nanoTime() + plan.timeout().toNanos(),
                result -> events.add(Optional.of(result)));
    }

    private void takeEvent() {
        try {
            Optional<Attempt.Result> event = events.poll(Math.max(0, nanosToWait()), TimeUnit.NANOSECONDS);
            while (event != null) {
                event.ifPresent(this::take);
                event = events.poll();
            }
        } catch (InterruptedException askedToEnd) {
            stopped = true;
        }
    }

    /** Until the next round, retry or deadline, whichever is first. */
    private long nanosToWait() {
        if (roundOpen && pending.isEmpty()) {
            return 0;
        }
        long now = System.nanoTime();
        long wait = plan.isLast(round) ? TimeUnit.HOURS.toNanos(1) : nextRoundNanos - now;
        for (State state : states.values()) {
            if (state.running != null) {
                // One that is just being committed may be over its time and cannot be given up.
                wait = Math.min(wait, Math.max(SHORTEST_WAIT_NANOS, state.running.deadlineNanos() - now));
            } else if (retries(state) && running < plan.parallel()) {
                wait = Math.min(wait, state.retryNanos - now);
            }
        }
        return wait;
    }

    private void take(Attempt.Result result) {
        running--;
        State state = states.get(result.attempt().target());
        if (state == null || state.running != result.attempt()) {
            return;
        }
        state.running = null;
        Path file = result.file();
        if (file == null) {
            if (result.attempt().lingers()) {
                state.lingering = result.attempt();
            }
            failed(state, result.failure());
        } else {
            collected(state, file, result);
        }
    }

    private void collected(State state, Path file, Attempt.Result result) {
        Optional<Instant> before = Optional.ofNullable(state.collected);
        state.failures = 0;
        state.collected = result.time();
        snapshots++;
        bytes += result.bytes();
        roundBytes += result.bytes();
        files.put(state.target, file);
        pending.remove(state.target);
        outages.worked(state.target);
        listener.collected(state.target, file, result.time(), before);
    }

    private void failed(State state, String failure) {
        failedTries++;
        state.failures++;
        state.failure = failure;
        Duration wait = backOff(state.failures);
        state.retryNanos = System.nanoTime() + wait.toNanos();
        boolean last = plan.isLast(round);
        boolean another = !last || state.failures < plan.tries();
        // Its own schedule keeps no round open, except that nothing comes after the last.
        if (!last || !another) {
            pending.remove(state.target);
        }
        outages.failed(state.target, failure, another ? "will be tried again, first in " + Spans.words(wait) : "");
    }

    private Duration backOff(int failures) {
        Duration longest = plan.every().compareTo(LONGEST_RETRY) > 0 ? plan.every() : LONGEST_RETRY;
        Duration wait = FIRST_RETRY.multipliedBy(1L << Math.min(failures - 1, 20));
        return wait.compareTo(longest) < 0 ? wait : longest;
    }

    private void giveUpWhatIsLate() {
        long now = System.nanoTime();
        for (State state : List.copyOf(states.values())) {
            if (state.running != null && now - state.running.deadlineNanos() >= 0) {
                state.running.giveUp("no answer within " + Spans.words(plan.timeout()));
            }
        }
    }

    private void giveUpAll() {
        for (State state : states.values()) {
            if (state.running != null) {
                state.running.giveUp("not finished");
            }
        }
    }

    private void endRound() {
        roundOpen = false;
        pending.clear();
        Duration elapsed = Duration.ofNanos(System.nanoTime() - roundStartNanos);
        listener.roundOver(new Round(round, states.size(), files, roundBytes, elapsed));
        files = new LinkedHashMap<>();
        roundBytes = 0;
    }

    private Outcome outcome() {
        Map<String, String> failing = new LinkedHashMap<>();
        for (State state : states.values()) {
            if (state.failures > 0) {
                failing.put(state.target, state.failure);
            } else if (state.collected == null) {
                failing.put(state.target, "not finished");
            }
        }
        return new Outcome(round, everSeen.size(), snapshots, bytes, failedTries, failing);
    }
}
