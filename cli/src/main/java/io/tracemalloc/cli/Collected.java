package io.tracemalloc.cli;

import io.tracemalloc.Snapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** What happens to snapshots that were collected: forwarded, added up, and in time deleted. */
final class Collected implements Collector.Listener {

    /**
     * Which snapshots stay.
     *
     * @param newest how many of each target, 0 = all
     * @param time how long, zero = for ever
     */
    record Keep(int newest, Duration time) {}

    private final SnapshotDirectory directory;
    private final Keep keep;
    private final Optional<Path> sum;
    private final Optional<Forwarding> forwarding;
    private final Duration every;
    private final Terminal terminal;

    /** Adding up may take longer than a round and must not hold one up. */
    private final ExecutorService background = Executors.newSingleThreadExecutor(work -> {
        Thread thread = new Thread(work, "tracemalloc-collected");
        thread.setDaemon(true);
        return thread;
    });

    /** The newest round that waits to be added up; if that takes long, rounds between are left out. */
    private final AtomicReference<@Nullable Map<String, Path>> newest = new AtomicReference<>();

    Collected(
            SnapshotDirectory directory,
            Keep keep,
            Optional<Path> sum,
            Optional<Forwarding> forwarding,
            Duration every,
            Terminal terminal) {
        this.directory = directory;
        this.keep = keep;
        this.sum = sum;
        this.forwarding = forwarding;
        this.every = every;
        this.terminal = terminal;
    }

    @Override
    public void collected(String target, Path file, Instant time, Optional<Instant> before) {
        forwarding.ifPresent(to -> to.add(file, target, before.orElse(time.minus(every)), time));
    }

    @Override
    public void roundOver(Collector.Round round) {
        terminal.note("round " + round.number() + ": " + round.files().size() + " of "
                + Messages.counted(round.targets(), "target") + ", " + Messages.counted(round.bytes(), "byte") + " in "
                + Spans.words(round.elapsed()));
        newest.set(round.files());
        background.execute(this::tidy);
    }

    private void tidy() {
        Map<String, Path> files = newest.getAndSet(null);
        if (files == null) {
            return;
        }
        try {
            if (sum.isPresent() && !files.isEmpty()) {
                addUp(files, sum.get());
            }
            directory.prune(keep.newest(), keep.time(), Instant.now());
        } catch (IOException | RuntimeException e) {
            terminal.note(directory.path() + ": " + Messages.of(e));
        }
    }

    private void addUp(Map<String, Path> files, Path target) {
        try {
            MergedSnapshot merged = new MergedSnapshot();
            for (Map.Entry<String, Path> file : files.entrySet()) {
                merged.add(Snapshot.load(file.getValue()), file.getKey());
            }
            merged.snapshot().dump(target);
        } catch (IOException | RuntimeException e) {
            terminal.note(RemoteTargets.withName(target.toString(), "not written: " + Messages.of(e)));
        } catch (OutOfMemoryError e) {
            terminal.note(target + ": not written: the sum is too large for the heap of "
                    + (Runtime.getRuntime().maxMemory() >> 20) + " MiB; set JAVA_TOOL_OPTIONS=-Xmx");
        }
    }

    /** Waits for what is being added up and sent, but not longer than this. */
    void finish(Duration patience) {
        background.shutdown();
        try {
            if (!background.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                terminal.note("gave up adding up after " + Spans.words(patience));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        forwarding.ifPresent(to -> to.finish(patience));
    }
}
