package io.tracemalloc.jmh;

import io.tracemalloc.Metric;
import io.tracemalloc.Snapshot;
import io.tracemalloc.filter.Filter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedObject;
import jdk.jfr.consumer.RecordingFile;
import measured.Kept;

/**
 * How many live objects each tool finds, against the truth: {@link Kept} keeps a known number of them, besides much
 * garbage.
 *
 * <p>Arguments: {@code [java]}. Prints for each tool how many objects it followed to the end, and the bytes that it says
 * are live, if it says so; the truth is {@link Kept#OBJECTS} objects.
 */
public final class LiveObjects {

    private LiveObjects() {}

    /** See the class. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        String java = arguments.length > 0 ? arguments[0] : Forks.java();
        System.out.println(Forks.version(java));
        System.out.printf("%-14s %12s %14s%n", "tool", "blocks", "bytes");
        System.out.printf("%-14s %12d %14d%n", "truth", Kept.OBJECTS, Kept.OBJECTS * Kept.BYTES);
        for (String options : List.of("frames=25", "frames=25,interval=16k", "frames=25,backend=jvmti,live=exact")) {
            ours(java, options);
        }
        recorded(java, Mode.ASYNC_PROFILER_LIVE, "live.jfr", "profiler.LiveObject");
        recorded(java, Mode.FLIGHT_RECORDER_HEAP, "heap.jfr", "jdk.OldObjectSample");
    }

    private static void ours(String java, String options) throws IOException, InterruptedException {
        Path file = Path.of(Forks.scratch("live.pb.gz"));
        run(
                java,
                List.of("-javaagent:" + Forks.tracer() + "=" + options + ",snapshot-gc=true,snapshot-at-exit=" + file));
        Snapshot snapshot = Snapshot.load(file)
                .filter(Filter.builder(true).className(Kept.KEPT_CLASS).build());
        System.out.printf(
                "%-14s %12d %14d%n",
                options.replace("frames=25", "ours").replace("backend=jvmti,", ""),
                snapshot.totalCount(Metric.LIVE),
                snapshot.totalBytes(Metric.LIVE));
        Files.delete(file);
    }

    private static void recorded(String java, Mode mode, String recording, String event)
            throws IOException, InterruptedException {
        run(java, mode.jvmArguments());
        Path file = Path.of(Forks.scratch(recording));
        long blocks = 0;
        try (RecordingFile events = new RecordingFile(file)) {
            while (events.hasMoreEvents()) {
                RecordedEvent next = events.readEvent();
                blocks += next.getEventType().getName().equals(event) && isKept(next) ? 1 : 0;
            }
        }
        System.out.printf("%-14s %12d %14s%n", mode.label(), blocks, "-");
        Files.delete(file);
    }

    private static boolean isKept(RecordedEvent event) {
        String type = event.hasField("object")
                ? event.getValue("object") instanceof RecordedObject object
                        ? object.getClass("type").getName()
                        : ""
                : event.getClass("objectClass").getName();
        return type.replace('/', '.').equals(Kept.KEPT_CLASS);
    }

    private static void run(String java, List<String> tool) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(java, "-Xms512m", "-Xmx512m"));
        command.addAll(tool);
        command.addAll(List.of("-cp", Forks.classPath(), Kept.class.getName()));
        Forks.lines(command);
    }
}
