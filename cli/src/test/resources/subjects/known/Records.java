package known;

import java.nio.file.Files;
import java.nio.file.Path;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/** Prints the classes of the exceptions that a flight recording of the program holds. */
public final class Records {

    static volatile Object sink;

    private Records() {}

    public static void main(String[] arguments) throws Exception {
        Path file = Files.createTempFile("exceptions", ".jfr");
        try (Recording recording = new Recording()) {
            recording.enable("jdk.JavaExceptionThrow");
            recording.start();
            for (int i = 0; i < 1_000; i++) {
                sink = new byte[100];
            }
            sink = new IllegalStateException("recorded");
            recording.stop();
            recording.dump(file);
        }
        RecordingFile.readAllEvents(file).stream()
                .map(Records::thrown)
                .filter(name -> !name.startsWith("java.lang.NoSuch"))
                .distinct()
                .sorted()
                .forEach(System.out::println);
        Files.delete(file);
    }

    private static String thrown(RecordedEvent event) {
        return event.getClass("thrownClass").getName();
    }
}
