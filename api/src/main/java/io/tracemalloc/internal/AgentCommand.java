package io.tracemalloc.internal;

import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.spi.SnapshotFormatProvider;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One command of somebody who attached to this JVM: what it does to the session, and the answer that it leaves in a file.
 *
 * <p>It comes as an option text that names the command and a reply file: the first by loading the agent, even if that is
 * loaded, the others through the {@link CommandSocket}. A command for another process is refused. The reply file exists
 * already and is written in place, for the other side holds it open: whatever becomes of its name, it reads what was
 * written here. The first line of the answer is {@code ok} or {@code error: …}; after {@code ok} comes the status.
 */
public final class AgentCommand {

    /** Loads the agent and traces; of a loaded one, that it traces again. */
    public static final String ATTACH = "attach";

    /** Starts to trace with other options. */
    public static final String START = "start";

    /** Stops to trace, and takes the instrumentation out of the program. */
    public static final String STOP = "stop";

    /** Forgets all traces. */
    public static final String CLEAR = "clear";

    /** Makes the current memory the peak. */
    public static final String RESET_PEAK = "reset-peak";

    /** Tells the status. */
    public static final String STATUS = "status";

    /** Writes a snapshot to the file that the options name as well. */
    public static final String SNAPSHOT = "snapshot";

    private static final int BUFFER = 1 << 16;

    private final AgentOptions options;
    private final LocalSession session;
    private String note = "";

    private AgentCommand(AgentOptions options, LocalSession session) {
        this.options = options;
        this.session = session;
    }

    /** Carries out the command of these options, which came by loading the agent; nothing is thrown. */
    static void runLoaded(AgentOptions options) {
        if (ProcessStart.isOfThisProcess(options.processStart())) {
            Sessions.publish();
            CommandSocket.open();
        }
        run(options);
    }

    /** Carries out the command of these options; nothing is thrown. */
    static void run(AgentOptions options) {
        new AgentCommand(options, Sessions.local()).answer();
    }

    @SuppressWarnings("CatchingUnchecked") // An Error as well: the thread is the JVM's, which only says that it failed.
    private void answer() {
        String error = "";
        try {
            requireMeant();
            carryOut(options.command().orElse(""));
        } catch (IOException | RuntimeException failure) {
            error = AgentReply.error(Failures.oneLine(failure));
        } catch (Throwable failure) {
            error = AgentReply.error(Failures.describe(failure));
        }
        String answer = error;
        session.unrecorded(() -> write(answer.isEmpty() ? AgentReply.ok(session.status(), note) : answer));
    }

    private void write(String answer) {
        Path reply = options.reply().orElseThrow();
        try (OutputStream out = existing(reply)) {
            out.write(answer.getBytes(StandardCharsets.UTF_8));
        } catch (IOException failure) {
            Messages.print("cannot answer in " + reply + ": " + Failures.describe(failure));
        }
    }

    /* Sockets have the process id in their names, which says little where PID namespaces share a /tmp. */
    private void requireMeant() {
        if (!ProcessStart.isOfThisProcess(options.processStart())) {
            throw new IllegalStateException(
                    "another JVM answered, which has the same process id in a PID namespace of its"
                            + " own and the same /tmp; give each a /tmp of its own");
        }
    }

    private void carryOut(String command) throws IOException {
        switch (command) {
            case ATTACH, START -> start();
            case STOP -> {
                requireTracing();
                session.stop();
            }
            case CLEAR -> {
                requireTracing();
                session.clearTraces();
            }
            case RESET_PEAK -> {
                requireTracing();
                session.resetPeak();
            }
            case SNAPSHOT -> snapshot();
            case STATUS -> {
                // The answer is the status anyway.
            }
            default ->
                throw new IllegalArgumentException("the agent there does not know " + command
                        + ": it is of another version; restart the program to change it");
        }
    }

    private void start() throws IOException {
        if (session.isTracing()) {
            throw new IllegalStateException(
                    "it is traced already, " + session.options().frames() + " frames deep;" + " stop that first");
        }
        AgentChannels.Outcome channel = AgentRuntime.first(options);
        if (channel.failed()) {
            throw new IOException((session.isTracing() ? "traced, but " : "") + channel.words());
        }
        note = channel.words();
    }

    private void requireTracing() {
        if (!session.isTracing()) {
            throw new IllegalStateException("it is not traced");
        }
    }

    private void snapshot() throws IOException {
        requireTracing();
        if (options.snapshotGc()) {
            note = session.collectGarbage().orElse("");
        }
        Snapshot snapshot = session.takeSnapshot();
        AtomicReference<@Nullable IOException> failure = new AtomicReference<>();
        session.unrecorded(() -> {
            try {
                write(snapshot, options.output().orElseThrow());
            } catch (IOException cannotWrite) {
                failure.set(cannotWrite);
            }
        });
        IOException cannotWrite = failure.get();
        if (cannotWrite != null) {
            throw cannotWrite;
        }
    }

    private void write(Snapshot snapshot, Path file) throws IOException {
        Metric first = options.defaultMetric().filter(snapshot::has).orElse(snapshot.defaultMetric());
        SnapshotFormatProvider format = Providers.best(SnapshotFormatProvider.class);
        try (OutputStream out = new BufferedOutputStream(existing(file), BUFFER)) {
            format.write(snapshot, first, out);
        }
    }

    private static OutputStream existing(Path file) throws IOException {
        return Files.newOutputStream(file, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
    }
}
