package io.tracemalloc.cli;

import io.tracemalloc.cli.attach.AttachedSession;
import io.tracemalloc.cli.attach.JavaProcess;
import io.tracemalloc.internal.Providers;
import io.tracemalloc.spi.ProviderUnavailableException;
import io.tracemalloc.spi.RemoteChannelProvider;
import io.tracemalloc.spi.RemoteSession;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Connects to what a TARGET stands for that is no file: the process with this id, or a remote channel. */
final class RemoteTargets {

    private static final Pattern PID = Pattern.compile("[0-9]{1,18}");
    private static final Pattern ADDRESS =
            Pattern.compile("unix:.+|https?://.*|(\\[[0-9a-fA-F:.]+]|[A-Za-z0-9.-]+):[0-9]{1,5}(/.*)?");

    private RemoteTargets() {}

    /** Whether the text has the form of a process id or of an address. */
    static boolean isRunning(String target) {
        return PID.matcher(target).matches() || ADDRESS.matcher(target).matches();
    }

    /** Whether the text is a process id. */
    static boolean isProcess(String target) {
        return PID.matcher(target).matches();
    }

    /**
     * Connects; a target that is not there may be noticed only when it is first asked.
     *
     * @param settings {@link ConnectionOptions#settings()}
     * @param terminal for news while it connects
     */
    static RemoteSession connect(String target, Map<String, String> settings, Terminal terminal) {
        if (PID.matcher(target).matches()) {
            return attached(target, settings, terminal);
        }
        if (!ADDRESS.matcher(target).matches()) {
            throw CommandFailure.usage(
                    target + ": is neither a process id nor an address (host:port, https://...," + " unix:/path)");
        }
        try {
            RemoteChannelProvider channel = Providers.best(RemoteChannelProvider.class);
            Map<String, String> all = withToken(settings, terminal.environment());
            return Progress.during(terminal, "connecting to " + target, () -> channel.connect(target, all));
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage(withName(target, Messages.of(e)));
        } catch (IOException | ProviderUnavailableException e) {
            throw CommandFailure.input(withName(target, Messages.of(e)));
        }
    }

    /* A token on the command line would be seen by everybody who lists processes. */
    private static Map<String, String> withToken(Map<String, String> settings, Map<String, String> environment) {
        String token = environment.getOrDefault("TRACEMALLOC_TOKEN", "");
        if (settings.containsKey("token-file") || token.isEmpty()) {
            return settings;
        }
        Map<String, String> all = new HashMap<>(settings);
        all.put("token", token);
        return all;
    }

    /** The session of a process of this machine. */
    static AttachedSession attached(String pid, Map<String, String> settings, Terminal terminal) {
        if (!PID.matcher(pid).matches()) {
            throw CommandFailure.usage(pid + ": is no process id; 'tracemalloc list' shows those of JVMs");
        }
        for (String name : settings.keySet()) {
            if (!name.equals("timeout")) {
                throw CommandFailure.usage("--" + name + " is for network targets, not for process " + pid);
            }
        }
        Optional<Duration> timeout = timeout(settings);
        try {
            return new AttachedSession(
                    JavaProcess.of(Long.parseLong(pid)), AgentJar.require(), timeout, terminal::note);
        } catch (IOException e) {
            throw CommandFailure.input(withName(pid, Messages.of(e)));
        }
    }

    private static Optional<Duration> timeout(Map<String, String> settings) {
        String text = settings.get("timeout");
        if (text == null) {
            return Optional.empty();
        }
        if (!text.matches("[0-9]{1,6}") || Integer.parseInt(text) == 0) {
            throw CommandFailure.usage("--timeout must be a number of seconds of 1 or more, got " + text);
        }
        return Optional.of(Duration.ofSeconds(Integer.parseInt(text)));
    }

    /** The failure of an operation on this target as the command's. */
    static CommandFailure failure(String target, Exception failure) {
        return CommandFailure.input(withName(target, Messages.of(failure)));
    }

    static String withName(String target, String message) {
        return message.contains(target) ? message : target + ": " + message;
    }
}
