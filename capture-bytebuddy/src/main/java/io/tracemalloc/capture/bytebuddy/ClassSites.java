package io.tracemalloc.capture.bytebuddy;

import io.tracemalloc.internal.Names;
import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;

/** A class with allocation sites: what frames say of it, and the loader that resolves the names in it. */
final class ClassSites {

    final String className;
    final String fileName;
    private volatile WeakReference<@Nullable ClassLoader> loader;
    private final boolean bootLoader;

    ClassSites(String internalName, @Nullable String sourceFile, @Nullable ClassLoader loader) {
        this.className = Names.className(internalName.replace('/', '.'));
        this.fileName = Names.fileName(className, sourceFile);
        this.bootLoader = loader == null;
        this.loader = new WeakReference<>(loader);
    }

    /** The same class came from another loader: names are resolved there from now on. */
    void loadedBy(@Nullable ClassLoader other) {
        loader = new WeakReference<>(other);
    }

    /**
     * The class of this binary name as this class sees it.
     *
     * @throws ClassNotFoundException if it cannot be found, or the loader is gone
     */
    Class<?> resolve(String binaryName) throws ClassNotFoundException {
        ClassLoader known = loader.get();
        if (known == null && !bootLoader) {
            throw new ClassNotFoundException(binaryName);
        }
        return Class.forName(binaryName, false, known);
    }
}
