package io.tracemalloc.internal;

import io.tracemalloc.spi.AllocationSink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a snapshot says of the JVM it was taken in. Asks the network nothing and shows no program arguments. */
final class JvmFacts {

    /* Only a path may have blanks in it, so nothing that begins like a class name is taken for one. */
    private static final Pattern JAR_BY_PATH = Pattern.compile("((?:[/.\\\\]|[A-Za-z]:).*?\\.jar)(?: |$)");

    private JvmFacts() {}

    static void writeTo(AllocationSink sink) {
        write(sink, "jvm", System.getProperty("java.vm.name", "") + ' ' + System.getProperty("java.vm.version", ""));
        write(sink, "java.version", System.getProperty("java.version", ""));
        write(sink, "program", program(System.getProperty("sun.java.command", "")));
        write(sink, "pid", Long.toString(ProcessHandle.current().pid()));
        write(sink, "host", host());
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
