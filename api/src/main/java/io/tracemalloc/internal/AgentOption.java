package io.tracemalloc.internal;

import io.tracemalloc.TraceOptions;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The table of agent options: what {@link AgentOptions} reads and what help texts print. */
public enum AgentOption {
    FRAMES("frames", "N", "1", "Frames kept per traceback, 1.." + TraceOptions.MAX_FRAMES + "."),
    BACKEND(
            "backend",
            "NAME",
            TraceOptions.AUTO,
            "Capture backend by name, or the best available; \"tracemalloc doctor\" lists them."),
    INTERVAL(
            "interval",
            "BYTES",
            "512k",
            "Mean bytes between samples, the first of which are closer; suffixes k, m, g; 1 samples every allocation."),
    LIVE("live", "off|sampled|exact", "sampled", "Blocks followed until they are reclaimed: none, a sample, or all."),
    CALLERS(
            "callers",
            "sampled|exact",
            "sampled",
            "How the JDK's allocations divide among the program's lines: estimated, or counted; exact needs 2 frames."),
    THREADS("threads", "true|false", "false", "Keep the allocations of each thread apart."),
    MEMORY_LIMIT("memory-limit", "BYTES", "256m", "Bound of the tracer's own memory; beyond it, it thins and says so."),
    SNAPSHOT_AT_EXIT(
            "snapshot-at-exit",
            "FILE",
            "",
            "Write a snapshot when the JVM ends; %p is the process id, %n the number of the snapshot."),
    SNAPSHOT_EVERY(
            "snapshot-every",
            "DURATION",
            "",
            "Write the snapshot this often as well: 500ms, 10s, 5m, 1h; without %n in its name, each replaces the last."),
    SNAPSHOT_ON_OOM(
            "snapshot-on-oom",
            "FILE",
            "",
            "Write a snapshot when the heap is nearly full after a collection, or a thread dies of OutOfMemoryError."),
    SNAPSHOT_GC("snapshot-gc", "true|false", "false", "Collect garbage before each snapshot, so that live is fresh."),
    DEFAULT_METRIC("default-metric", "live|allocated", "live", "What tools show first in the files written."),
    LISTEN(
            "listen",
            "[HOST:]PORT|unix:PATH",
            "",
            "Open a remote channel there, for this machine unless a host is given; port 0 takes a free one."),
    TOKEN_FILE(
            "token-file",
            "FILE",
            "",
            "Token of the remote channel: read from this file, or made and written to it if it does not exist."),
    TLS_CERT("tls-cert", "FILE", "", "Certificate chain of the remote channel, PEM."),
    TLS_KEY("tls-key", "FILE", "", "Its private key, PKCS #8 in PEM."),
    TLS_SELF_SIGNED(
            "tls-self-signed",
            "true|false",
            "false",
            "Make a certificate for the remote channel and print its fingerprint."),
    TLS_CLIENT_CA(
            "tls-client-ca", "FILE", "", "Certificates, PEM, one of which must have signed that of every client."),
    ALLOW_HOST(
            "allow-host",
            "HOST",
            "",
            "Further names, joined by commas, under which clients may address the remote channel."),
    VERBOSE("verbose", "true|false", "false", "Say on stderr what the tracer does."),
    RUN_DIR("run-dir", "DIR", "", ""),
    COMMAND("command", "NAME", "", ""),
    REPLY("reply", "FILE", "", ""),
    PROCESS_START("process-start", "TICKS", "", ""),
    OUTPUT("output", "FILE", "", "");

    private final String optionName;
    private final String placeholder;
    private final String defaultText;
    private final String description;

    AgentOption(String optionName, String placeholder, String defaultText, String description) {
        this.optionName = optionName;
        this.placeholder = placeholder;
        this.defaultText = defaultText;
        this.description = description;
    }

    /** All that are meant for users, in the order of help texts. */
    public static List<AgentOption> forUsers() {
        return Arrays.stream(values()).filter(each -> !each.isInternal()).toList();
    }

    /** The option of this name. */
    public static Optional<AgentOption> named(String name) {
        for (AgentOption option : values()) {
            if (option.optionName.equals(name)) {
                return Optional.of(option);
            }
        }
        return Optional.empty();
    }

    /** Its name in option texts, {@code snapshot-at-exit}. */
    public String optionName() {
        return optionName;
    }

    /** What stands for its value in help texts. */
    public String placeholder() {
        return placeholder;
    }

    /** The default as it would be written; empty if there is none. */
    public String defaultText() {
        return defaultText;
    }

    /** One sentence, without the default. */
    public String description() {
        return description;
    }

    /** Whether only the tracer's own commands use it. */
    public boolean isInternal() {
        return this == RUN_DIR || this == COMMAND || this == REPLY || this == PROCESS_START || this == OUTPUT;
    }
}
