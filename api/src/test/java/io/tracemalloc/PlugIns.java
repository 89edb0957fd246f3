package io.tracemalloc;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;

/** Registers providers for the length of a test, as a plug-in's jar would. */
public final class PlugIns implements AutoCloseable {

    private final Path directory;
    private final ClassLoader before;
    private final URLClassLoader loader;

    /** Registers with the context class loader of this thread, in files below a directory. */
    public PlugIns(Path directory) throws IOException {
        this.directory = Files.createDirectories(directory.resolve("META-INF/services"));
        this.before = Thread.currentThread().getContextClassLoader();
        this.loader = new URLClassLoader(new URL[] {directory.toUri().toURL()}, before);
        Thread.currentThread().setContextClassLoader(loader);
    }

    /** Registers these providers of one kind. */
    @SafeVarargs
    public final <P> PlugIns register(Class<P> kind, Class<? extends P>... providers) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (Class<? extends P> provider : providers) {
            lines.append(provider.getName()).append('\n');
        }
        Files.writeString(directory.resolve(kind.getName()), lines);
        return this;
    }

    @Override
    public void close() throws IOException {
        Thread.currentThread().setContextClassLoader(before);
        loader.close();
    }
}
