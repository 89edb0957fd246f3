package io.tracemalloc.cli;

import io.tracemalloc.spi.RemoteSession;
import java.io.IOException;
import java.util.Map;

/** Connects to process ids and addresses with the same settings, as far as they concern each. Safe for any thread. */
final class TargetConnector implements Connector {

    private final Map<String, String> settings;
    private final Terminal quiet;

    /**
     * @param settings {@link ConnectionOptions#settings()}
     */
    TargetConnector(Map<String, String> settings, Terminal terminal) {
        this.settings = Map.copyOf(settings);
        // Several connect at once: none of them may draw its progress.
        this.quiet = new Terminal(terminal.out(), terminal.err(), false, false, terminal.environment());
    }

    @Override
    public RemoteSession connect(String target) throws IOException {
        try {
            return RemoteTargets.connect(target, settingsOf(target), quiet);
        } catch (CommandFailure e) {
            throw new IOException(e.line(), e);
        }
    }

    /** Tokens and certificates are for the network; a process is let in by its user. */
    private Map<String, String> settingsOf(String target) {
        String timeout = settings.get("timeout");
        if (!RemoteTargets.isProcess(target)) {
            return settings;
        }
        return timeout == null ? Map.of() : Map.of("timeout", timeout);
    }
}
