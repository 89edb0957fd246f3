package io.tracemalloc.internal;

import io.tracemalloc.spi.ProviderUnavailableException;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What every agent does once its backend can be found through {@link Providers}: read the options, start the session,
 * show it to other class loaders, and write the snapshots asked for.
 *
 * <p>Nothing here throws into the JVM that calls it, and all that is said is said on standard error, in lines that begin
 * {@code tracemalloc:}.
 */
public final class AgentRuntime {

    private static final AtomicBoolean LOADED = new AtomicBoolean();

    private AgentRuntime() {}

    /**
     * Starts an agent given on the command line, before the application's {@code main}. Options that make no sense, or
     * that nothing here can satisfy, end the JVM with exit status 1 and one line; any other failure is one line, and the
     * application runs untraced.
     *
     * @param optionText the agent's option text; null or empty for the environment variable {@code TRACEMALLOC}
     */
    public static void start(@Nullable String optionText) {
        if (!run(optionText)) {
            System.exit(1);
        }
    }

    /**
     * Starts an agent that was loaded into a running JVM. As {@link #start}, but bad options are one line and no more.
     *
     * @return whether the options were accepted
     */
    public static boolean attach(@Nullable String optionText) {
        return run(optionText);
    }

    /* Whatever fails in the tracer, the application must run. */
    private static boolean run(@Nullable String optionText) {
        try {
            AgentOptions options = AgentOptions.parse(optionText);
            if (options.command().isPresent()) {
                LOADED.set(true);
                AgentCommand.runLoaded(options);
            } else if (LOADED.getAndSet(true)) {
                again(options);
            } else {
                first(options);
            }
            return true;
        } catch (IllegalArgumentException | ProviderUnavailableException refused) {
            Messages.print(Failures.oneLine(refused));
            return false;
        } catch (Throwable failure) {
            Messages.print("the program runs untraced: " + Failures.describe(failure));
            return true;
        }
    }

    /**
     * Does what the options ask for: opens the channel, traces, prepares snapshots.
     *
     * @return what came of the channel; all else goes on without it
     */
    static AgentChannels.Outcome first(AgentOptions options) {
        Instant since = Instant.now();
        LocalSession session = Sessions.local();
        Sessions.publish();
        AgentChannels.Outcome channel = AgentChannels.Outcome.NONE;
        if (options.listen().isPresent()) {
            channel = AgentChannels.open(options.listen().get(), options.listenSettings(), session);
        }
        if (options.tracing()) {
            session.start(options.traceOptions());
            if (session.note().isPresent()) {
                Messages.print(session.note().get());
            }
        }
        Consumer<String> messages = Messages.ON_STANDARD_ERROR;
        SnapshotWriter writer = new SnapshotWriter(session, options, new SnapshotWriter.ToFile(), messages);
        new AgentSnapshots(session, options, writer, messages, since).begin();
        if (options.tracing()) {
            RunDirectory.of(options)
                    .ifPresent(run -> session.unrecorded(
                            () -> run.started(ProcessHandle.current().pid())));
        }
        if (options.verbose()) {
            Messages.print(options.tracing() ? "tracing, " + AgentOptions.format(session.options()) : "not tracing");
        }
        return channel;
    }

    /* The first agent's files and channels stay; a session that was stopped meanwhile starts again. */
    private static void again(AgentOptions options) {
        if (options.tracing() && !Sessions.local().isTracing()) {
            Sessions.local().start(options.traceOptions());
        } else {
            Messages.print("the agent is loaded already; its options stay as they are");
        }
    }
}
