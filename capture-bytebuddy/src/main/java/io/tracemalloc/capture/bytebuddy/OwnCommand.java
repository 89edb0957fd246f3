package io.tracemalloc.capture.bytebuddy;

import java.io.File;
import java.io.IOException;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;

/**
 * Tells the JVMs of the tracer's own command line. One that is started beside an application inherits its variables, and
 * with them the agent, which would write to the application's files and take its port.
 */
final class OwnCommand {

    private static final String MAIN = "io.tracemalloc.cli.Main";

    /** Loads classes for the launcher's archive. */
    private static final String TRAINING = "io.tracemalloc.cli.Training";

    private OwnCommand() {}

    /** Whether this JVM is one. */
    static boolean runsHere() {
        try {
            return is(System.getProperty("sun.java.command", ""), System.getProperty("java.class.path", ""));
        } catch (SecurityException notAllowed) {
            return false;
        }
    }

    /**
     * Whether a JVM is one.
     *
     * @param command its main class, or what {@code -jar} names, and the arguments
     * @param classPath for {@code -jar}, that jar, and the agents' behind it
     */
    static boolean is(String command, String classPath) {
        if (begins(command, MAIN) || begins(command, TRAINING)) {
            return true;
        }
        int end = classPath.indexOf(File.pathSeparatorChar);
        String first = end < 0 ? classPath : classPath.substring(0, end);
        return begins(command, first) && isCommandLine(new File(first));
    }

    private static boolean begins(String command, String word) {
        return command.startsWith(word) && (command.length() == word.length() || command.charAt(word.length()) == ' ');
    }

    private static boolean isCommandLine(File file) {
        try (JarFile jar = new JarFile(file, false)) {
            // Asked first, because the manifest of a large application takes its time to read.
            if (jar.getEntry(MAIN.replace('.', '/') + ".class") == null) {
                return false;
            }
            Manifest manifest = jar.getManifest();
            return manifest != null && MAIN.equals(manifest.getMainAttributes().getValue(Attributes.Name.MAIN_CLASS));
        } catch (IOException noJar) {
            return false;
        }
    }
}
