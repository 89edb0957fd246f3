package io.tracemalloc.cli.attach;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.tracemalloc.Snapshot;
import io.tracemalloc.TraceOptions;
import io.tracemalloc.internal.AgentCommand;
import io.tracemalloc.internal.AgentOption;
import io.tracemalloc.internal.AgentOptions;
import io.tracemalloc.internal.AgentReply;
import io.tracemalloc.internal.Providers;
import io.tracemalloc.internal.analysis.SnapshotGrowth;
import io.tracemalloc.spi.RemoteSession;
import io.tracemalloc.spi.RemoteStatus;
import io.tracemalloc.spi.SnapshotFormatProvider;
import io.tracemalloc.spi.SnapshotRequest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * The tracing session of a JVM of this machine, steered over the JVM's attach channel: no port is open and nothing was
 * prepared.
 *
 * <p>The first command loads the agent, once more if it is there; from then on the agent listens on a socket of its own.
 * Answers come in files of the process's {@code /tmp} that are deleted at once.
 */
public final class AttachedSession implements RemoteSession {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration COMMAND_WAIT = Duration.ofSeconds(60);
    private static final Duration SNAPSHOT_WAIT = Duration.ofMinutes(10);
    private static final long LONGEST_SLEEP_NANOS = 100_000_000;
    private static final int BUFFER = 1 << 16;
    private static final int MAX_ANSWER = 1 << 16;

    private final JavaProcess process;
    private final Path jar;
    private final AttachChannel channel;
    private final Optional<Duration> timeout;
    private final Consumer<String> notes;
    private final Set<String> noted = new HashSet<>();

    /**
     * A session of this process; nothing is sent before the first operation.
     *
     * @param jar the agent
     * @param timeout how long each step may take; empty for what usually is enough
     * @param notes gets what the user has to know beside the answers, in lines that begin with the process id
     */
    public AttachedSession(JavaProcess process, Path jar, Optional<Duration> timeout, Consumer<String> notes) {
        this.process = process;
        this.jar = jar;
        this.timeout = timeout;
        this.notes = notes;
        this.channel = new AttachChannel(process, timeout.orElse(PATIENCE));
    }

    @Override
    public String address() {
        return process.toString();
    }

    /** Whether the agent is in the process, tracing or not. */
    public boolean isLoaded() throws IOException {
        return AgentPresence.isLoaded(process);
    }

    /**
     * Loads the agent, unless it is there, and traces.
     *
     * @param options of the agent, for all that {@code -javaagent} can do
     */
    public RemoteStatus attach(Map<AgentOption, String> options) throws IOException {
        channel.check();
        return send(AgentCommand.ATTACH, options, COMMAND_WAIT);
    }

    @Override
    public RemoteStatus status() throws IOException {
        return command(AgentCommand.STATUS, Map.of());
    }

    @Override
    public RemoteStatus start(TraceOptions options) throws IOException {
        return command(AgentCommand.START, AgentOptions.values(options));
    }

    @Override
    public RemoteStatus stop() throws IOException {
        return command(AgentCommand.STOP, Map.of());
    }

    @Override
    public RemoteStatus clear() throws IOException {
        return command(AgentCommand.CLEAR, Map.of());
    }

    @Override
    public RemoteStatus resetPeak() throws IOException {
        return command(AgentCommand.RESET_PEAK, Map.of());
    }

    private RemoteStatus command(String command, Map<AgentOption, String> options) throws IOException {
        requireAgent();
        return send(command, options, COMMAND_WAIT);
    }

    private void requireAgent() throws IOException {
        channel.check();
        if (!isLoaded()) {
            throw new IOException(process + ": is not traced; 'tracemalloc attach " + process + "' begins");
        }
    }

    @Override
    public void snapshot(SnapshotRequest request, OutputStream out, LongConsumer progress) throws IOException {
        requireAgent();
        if (request.span().isZero()) {
            take(request, out, progress);
        } else {
            writeGrowth(request, out, progress);
        }
    }

    private void take(SnapshotRequest request, OutputStream out, LongConsumer progress) throws IOException {
        Map<AgentOption, String> options = new EnumMap<>(AgentOption.class);
        options.put(AgentOption.SNAPSHOT_GC, Boolean.toString(request.gc()));
        options.put(AgentOption.DEFAULT_METRIC, request.first().label());
        try (SharedFile file = SharedFile.create(process)) {
            options.put(AgentOption.OUTPUT, file.there());
            send(AgentCommand.SNAPSHOT, options, SNAPSHOT_WAIT);
            copy(file.open(), out, progress);
        }
    }

    /** What two snapshots differ by; the program goes on in between, and its agent knows nothing of it. */
    private void writeGrowth(SnapshotRequest request, OutputStream out, LongConsumer progress) throws IOException {
        SnapshotFormatProvider format = Providers.best(SnapshotFormatProvider.class);
        Snapshot old = read(request, format, progress);
        await(System.nanoTime() + request.span().toNanos());
        Snapshot growth = SnapshotGrowth.between(old, read(request, format, progress));
        format.write(growth, growth.has(request.first()) ? request.first() : growth.defaultMetric(), out);
    }

    private Snapshot read(SnapshotRequest request, SnapshotFormatProvider format, LongConsumer progress)
            throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        take(request, bytes, progress);
        return format.read(new ByteArrayInputStream(bytes.toByteArray()));
    }

    private void await(long deadlineNanos) throws IOException {
        try {
            for (long left = deadlineNanos - System.nanoTime(); left > 0; left = deadlineNanos - System.nanoTime()) {
                if (channel.isClosed()) {
                    throw new IOException(process + ": interrupted");
                }
                NANOSECONDS.sleep(Math.min(left, LONGEST_SLEEP_NANOS));
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IOException(process + ": interrupted", stop);
        }
    }

    private static void copy(InputStream in, OutputStream out, LongConsumer progress) throws IOException {
        byte[] buffer = new byte[BUFFER];
        long copied = 0;
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            out.write(buffer, 0, count);
            copied += count;
            progress.accept(copied);
        }
    }

    private RemoteStatus send(String command, Map<AgentOption, String> given, Duration usualWait) throws IOException {
        Map<AgentOption, String> options = new EnumMap<>(AgentOption.class);
        options.putAll(given);
        try (SharedFile reply = SharedFile.create(process)) {
            options.put(AgentOption.COMMAND, command);
            options.put(AgentOption.REPLY, reply.there());
            options.put(AgentOption.PROCESS_START, process.startTimeThere());
            String failure = deliver(AgentOptions.format(options), timeout.orElse(usualWait));
            String text = new String(reply.open().readNBytes(MAX_ANSWER), StandardCharsets.UTF_8);
            if (text.isEmpty()) {
                throw process.endsSoon() ? process.ended(null) : new IOException(process + ": " + failure);
            }
            RemoteStatus status = AgentReply.read(text);
            pass(AgentReply.note(text));
            return status;
        } catch (IllegalStateException refused) {
            throw new IOException(process + ": " + refused.getMessage(), refused);
        } catch (IllegalArgumentException cutOff) {
            throw new IOException(process + ": the agent's answer is cut off; is the process's /tmp full?", cutOff);
        }
    }

    private void pass(String note) {
        if (!note.isEmpty() && noted.add(note)) {
            notes.accept(process + ": " + note);
        }
    }

    /** Brings the options to the agent, and waits until it is done. What to say if it left no answer. */
    private String deliver(String options, Duration wait) throws IOException {
        if (channel.tell(wait, options)) {
            return LoadFailure.NO_ANSWER;
        }
        String path = AgentCopy.pathFor(process, jar);
        return LoadFailure.of(channel.execute(wait, "load", "instrument", "false", path + '=' + options), path);
    }

    @Override
    public void close() {
        channel.close();
    }
}
