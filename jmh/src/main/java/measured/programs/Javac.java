package measured.programs;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** The JDK's compiler on some packages of Commons Math, from memory to memory. */
final class Javac implements Program {

    /** These need nothing from the rest. */
    private static final List<String> PACKAGES =
            List.of("exception/", "exception/util/", "util/", "fraction/", "complex/");

    private static final String ROOT = "org/apache/commons/math3/";
    private static final List<String> OPTIONS =
            List.of("-proc:none", "-nowarn", "-implicit:none", "-Xlint:none", "-XDsuppressNotes");

    private final JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    private final JavaFileManager library;
    private final List<JavaFileObject> sources;
    private final String sourceJar;

    Javac() throws IOException {
        sourceJar = sourceJar();
        library = compiler.getStandardFileManager(null, Locale.ROOT, StandardCharsets.UTF_8);
        library.handleOption("-classpath", List.of("").iterator());
        library.handleOption("-sourcepath", List.of(sourceJar).iterator());
        sources = sources();
    }

    private static String sourceJar() {
        for (String jar : System.getProperty("java.class.path").split(System.getProperty("path.separator"))) {
            if (Path.of(jar).getFileName().toString().matches("commons-math3-.*-sources\\.jar")) {
                return jar;
            }
        }
        throw new IllegalStateException("no sources of commons-math3 on the class path");
    }

    private List<JavaFileObject> sources() throws IOException {
        List<JavaFileObject> found = new ArrayList<>();
        try (ZipFile jar = new ZipFile(sourceJar)) {
            for (ZipEntry entry : Collections.list(jar.entries())) {
                if (isWanted(entry.getName())) {
                    try (InputStream text = jar.getInputStream(entry)) {
                        found.add(new Source(entry.getName(), new String(text.readAllBytes(), StandardCharsets.UTF_8)));
                    }
                }
            }
        }
        return found;
    }

    private static boolean isWanted(String name) {
        return name.endsWith(".java")
                && !name.endsWith("package-info.java")
                && PACKAGES.contains(name.substring(Math.min(ROOT.length(), name.length()), name.lastIndexOf('/') + 1));
    }

    @Override
    public long run() throws IOException {
        ClassFiles classes = new ClassFiles(library);
        if (!compiler.getTask(null, classes, null, OPTIONS, null, sources).call()) {
            throw new IllegalStateException("javac failed");
        }
        return classes.bytes();
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String name, String text) {
            super(URI.create("memory:///" + name), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    private static final class ClassFiles extends ForwardingJavaFileManager<JavaFileManager> {
        private final List<ByteArrayOutputStream> written = new ArrayList<>();

        ClassFiles(JavaFileManager library) {
            super(library);
        }

        long bytes() {
            return written.stream().mapToLong(ByteArrayOutputStream::size).sum();
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                Location location, String className, JavaFileObject.Kind kind, FileObject sibling) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            written.add(bytes);
            return new SimpleJavaFileObject(URI.create("memory:///" + className), kind) {
                @Override
                public OutputStream openOutputStream() {
                    return bytes;
                }
            };
        }
    }
}
