package io.tracemalloc.internal;

import io.tracemalloc.TraceOptions;
import io.tracemalloc.TracedMemory;
import io.tracemalloc.spi.AllocationSink;
import io.tracemalloc.spi.RemoteStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a snapshot says of the JVM it was taken in. Asks the network nothing and shows no program arguments. */
final class JvmFacts {

    /* Only a path may have blanks in it, so nothing that begins like a class name is taken for one. */
    private static final Pattern JAR_BY_PATH = Pattern.compile("((?:[/.\\\\]|[A-Za-z]:).*?\\.jar)(?: |$)");

    private JvmFacts() {}

    static void writeTo(AllocationSink sink) {
        write(sink, "jvm", jvm());
        write(sink, "java.version", System.getProperty("java.version", ""));
        write(sink, "program", program(System.getProperty("sun.java.command", "")));
        write(sink, "pid", Long.toString(ProcessHandle.current().pid()));
        write(sink, "host", host());
    }

    private static String jvm() {
        return System.getProperty("java.vm.name", "") + ' ' + System.getProperty("java.vm.version", "");
    }

    /**
     * The status of a session in this JVM.
     *
     * @param backend the one at work; empty if it does not trace
     */
    static RemoteStatus status(
            TraceOptions options, String backend, TracedMemory memory, long overheadBytes, long dropped) {
        return new RemoteStatus(
                !backend.isEmpty(),
                options.frames(),
                options.intervalBytes(),
                backend,
                memory,
                overheadBytes,
                dropped,
                ProcessHandle.current().pid(),
                jvm(),
                program(System.getProperty("sun.java.command", "")),
                uptime());
    }

    private static Duration uptime() {
        Optional<Instant> start = ProcessHandle.current().info().startInstant();
        Duration uptime = Duration.between(start.orElseGet(Instant::now), Instant.now());
        return uptime.isNegative() ? Duration.ZERO : uptime;
    }

    /** The main class or jar of a command line: everything before the program's arguments. */
    static String program(String command) {
        Matcher jar = JAR_BY_PATH.matcher(command);
        if (jar.lookingAt()) {
            return jar.group(1);
        }
        int space = command.indexOf(' ');
        return space < 0 ? command : command.substring(0, space);
    }

    private static String host() {
        return Stream.of(System.getenv("HOSTNAME"), System.getenv("COMPUTERNAME"), kernelHostName())
                .filter(each -> each != null && !each.isBlank())
                .findFirst()
                .orElse("");
    }

    private static String kernelHostName() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        } catch (IOException | RuntimeException notHere) {
            return "";
        }
    }

    private static void write(AllocationSink sink, String key, String value) {
        if (!value.isBlank()) {
            sink.attribute(key, value.strip());
        }
    }
}
