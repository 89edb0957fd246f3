package io.tracemalloc.capture.bytebuddy;

import io.tracemalloc.capture.bytebuddy.boot.Recorder;
import io.tracemalloc.internal.Names;
import java.lang.ref.WeakReference;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/** A class with allocation sites: what frames say of it, and the loader that resolves the names in it. */
final class ClassSites {

    private static final WeakReference<@Nullable ClassLoader> BOOT = new WeakReference<>(null);

    final String className;
    final String fileName;
    private volatile WeakReference<@Nullable ClassLoader> loader;

    ClassSites(String internalName, @Nullable String sourceFile, @Nullable ClassLoader loader) {
        this(reference(loader), internalName, sourceFile);
    }

    /** As made of {@link #reference}: the loader may be gone by now. */
    ClassSites(WeakReference<@Nullable ClassLoader> loader, String internalName, @Nullable String sourceFile) {
        this.className = Names.className(internalName.replace('/', '.'));
        this.fileName = Names.fileName(className, sourceFile);
        this.loader = loader;
    }

    /** To a loader, or in place of one to the JDK's own; keeps neither alive. */
    static WeakReference<@Nullable ClassLoader> reference(@Nullable ClassLoader loader) {
        return loader == null ? BOOT : new WeakReference<>(loader);
    }

    /** The same class came from another loader: names are resolved there from now on. */
    void loadedBy(@Nullable ClassLoader other) {
        loader = reference(other);
    }

    /**
     * The class of this binary name as this class sees it. Loads none of the program's: that is the program's affair, and
     * the first attempt to load a broken class gets another error than later ones.
     *
     * @throws ClassNotFoundException if it was not loaded, or the loader is gone
     */
    Class<?> resolve(String binaryName) throws ClassNotFoundException {
        WeakReference<@Nullable ClassLoader> from = loader;
        ClassLoader known = from.get();
        if (known == null && from != BOOT) {
            throw new ClassNotFoundException(binaryName);
        }
        // The JDK's own are not the program's, whoever asks for them; archived code may use them unasked.
        Class<?> loaded = known == null ? null : loaded(known, binaryName);
        if (loaded == null && (known == null || binaryName.startsWith("java."))) {
            loaded = Recorder.bootClass(binaryName);
        }
        if (loaded == null) {
            throw new ClassNotFoundException(binaryName);
        }
        return loaded;
    }

    private static @Nullable Class<?> loaded(ClassLoader initiating, String binaryName) throws ClassNotFoundException {
        try {
            return (Class<?>) FindLoadedClass.METHOD.invoke(initiating, binaryName);
        } catch (ReflectiveOperationException refused) {
            throw new ClassNotFoundException(binaryName, refused);
        }
    }

    /** Opened by {@link BootClasses}. */
    private static final class FindLoadedClass {
        private static final Method METHOD = method();

        private static Method method() {
            try {
                Method method = ClassLoader.class.getDeclaredMethod("findLoadedClass", String.class);
                method.setAccessible(true);
                return method;
            } catch (NoSuchMethodException | RuntimeException otherJdk) {
                throw new IllegalStateException("no ClassLoader.findLoadedClass", otherJdk);
            }
        }
    }
}
