package io.tracemalloc.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** A program of one source file under {@code subjects/}, compiled with debug information. */
final class Subject {

    /** Class path for subjects that call the API, which finds the agent's session. */
    static final Path[] API = Arrays.stream(
                    System.getProperty("java.class.path").split(File.pathSeparator))
            .map(Path::of)
            .toArray(Path[]::new);

    private static final Map<String, Subject> COMPILED = new ConcurrentHashMap<>();

    private final String mainClass;
    private final Path classes;
    private final List<String> lines;

    private Subject(String mainClass, Path classes, List<String> lines) {
        this.mainClass = mainClass;
        this.classes = classes;
        this.lines = lines;
    }

    /** The subject with this main class, compiled once. */
    static Subject of(String mainClass, Path... classPath) {
        return COMPILED.computeIfAbsent(mainClass, name -> compile(name, classPath));
    }

    private static Subject compile(String mainClass, Path... classPath) {
        try {
            Path directory = Scratch.directory();
            String path = mainClass.replace('.', '/') + ".java";
            String source = read("/subjects/" + path);
            Path file = directory.resolve("src").resolve(path);
            Files.createDirectories(file.getParent());
            Files.writeString(file, source);
            Path classes = Files.createDirectories(directory.resolve("classes"));
            javac(file, classes, classPath);
            return new Subject(mainClass, classes, source.lines().toList());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static String read(String resource) throws IOException {
        try (InputStream in = Subject.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IOException("no resource " + resource);
            }
            return new String(in.readAllBytes(), UTF_8);
        }
    }

    private static void javac(Path file, Path classes, Path... classPath) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<String> options =
                new ArrayList<>(List.of("-g", "-nowarn", "-XDignore.symbol.file", "--add-modules", "jdk.unsupported"));
        options.addAll(List.of("-source", "17", "-target", "17", "-Xlint:-options", "-d", classes.toString()));
        if (classPath.length > 0) {
            options.add("-cp");
            options.add(Forked.joined(List.of(classPath)));
        }
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, UTF_8)) {
            boolean compiled = compiler.getTask(
                            null, files, problem -> {}, options, null, files.getJavaFileObjects(file))
                    .call();
            if (!compiled) {
                throw new IllegalStateException("cannot compile " + file);
            }
        }
    }

    String mainClass() {
        return mainClass;
    }

    Path classes() {
        return classes;
    }

    /** A jar that makes the main class an agent; its classes come from the class path. */
    Path agentJar() throws IOException {
        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.putValue("Premain-Class", mainClass);
        main.putValue("Can-Retransform-Classes", "true");
        Path jar = Scratch.directory().resolve("agent.jar");
        try (OutputStream out = Files.newOutputStream(jar)) {
            new JarOutputStream(out, manifest).close();
        }
        return jar;
    }

    /** As frames name it: package path and file. */
    String fileName() {
        return mainClass.replace('.', '/') + ".java";
    }

    /** The source, line by line. */
    List<String> lines() {
        return lines;
    }

    /** The only line that has this comment at its end. */
    int lineOf(String marker) {
        List<Integer> found = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).endsWith("// " + marker)) {
                found.add(i + 1);
            }
        }
        if (found.size() != 1) {
            throw new IllegalArgumentException("marker " + marker + " is on lines " + found);
        }
        return found.get(0);
    }
}
