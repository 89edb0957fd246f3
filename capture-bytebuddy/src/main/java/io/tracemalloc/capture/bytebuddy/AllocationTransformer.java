package io.tracemalloc.capture.bytebuddy;

import io.tracemalloc.capture.bytebuddy.boot.Recorder;
import io.tracemalloc.internal.Failures;
import java.lang.instrument.ClassFileTransformer;
import java.security.ProtectionDomain;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.CRC32C;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassTooLargeException;
import net.bytebuddy.jar.asm.MethodTooLargeException;
import org.jspecify.annotations.Nullable;

/**
 * Instruments classes as the JVM loads or retransforms them. A class that cannot be instrumented stays as it is and is
 * counted.
 *
 * <p>Safe for any thread. The application's thread loads the class: what is allocated here is not recorded.
 */
final class AllocationTransformer implements ClassFileTransformer {

    private static final String BOOT_PACKAGE = "io/tracemalloc/capture/bytebuddy/boot/";

    /** They allocate nothing, and where they are retransformed the VM looks for the module jdk.jfr, and says if it is absent. */
    private static final String JFR_EVENTS = "jdk/internal/event/";

    private final SiteTable table;
    private final TransformCache cache;
    private final HeapTruth heapTruth;
    private final HookForm form;
    private final @Nullable ClassLoader ownLoader = AllocationTransformer.class.getClassLoader();
    private final boolean ownLoaderIsPrivate = ownLoader != null && AgentLoader.NAME.equals(ownLoader.getName());
    private volatile boolean loadersAlone;
    private volatile boolean ends;
    private final HugeMethods hugeMethods = new HugeMethods();
    private final AtomicInteger instrumented = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private final AtomicReference<@Nullable String> firstFailure = new AtomicReference<>();

    AllocationTransformer(SiteTable table, TransformCache cache, HeapTruth heapTruth, HookForm form) {
        this.table = table;
        this.cache = cache;
        this.heapTruth = heapTruth;
        this.form = form;
    }

    @Override
    public byte @Nullable [] transform(
            @Nullable ClassLoader loader,
            @Nullable String className,
            @Nullable Class<?> redefined,
            @Nullable ProtectionDomain domain,
            byte[] bytes) {
        if (className == null) {
            String name = nameIn(bytes);
            return name == null ? null : transform(loader, name, redefined, domain, bytes);
        }
        long before = heapTruth.ofCurrentThread();
        heapTruth.ownCopy(before, bytes.length, className.length());
        if (isOwn(loader, className) || (loadersAlone && (redefined == null || !Hooks.mayLoadClasses(redefined)))) {
            return null;
        }
        Recorder.beginQuiet();
        try {
            if (ends) {
                ClassReader reader = ClassInstrumenter.reader(bytes);
                return ConstantPool.repeatsNaN(reader) ? ConstantPool.compact(reader) : null;
            }
            byte[] result = instrument(loader, className, bytes);
            if (result != null) {
                instrumented.incrementAndGet();
                hugeMethods.compare(bytes, result);
            }
            return result;
        } catch (Throwable failure) {
            failed(className.replace('/', '.'), failure);
            return null;
        } finally {
            heapTruth.ownSince(before);
            Recorder.endQuiet();
        }
    }

    /** Who defines a class need not say its name. Null if these bytes are no class, as the JVM will say then. */
    private @Nullable String nameIn(byte[] bytes) {
        long before = heapTruth.ofCurrentThread();
        Recorder.beginQuiet();
        try {
            return ClassInstrumenter.reader(bytes).getClassName();
        } catch (RuntimeException noClass) {
            return null;
        } finally {
            heapTruth.ownSince(before);
            Recorder.endQuiet();
        }
    }

    /** For now only loaders get hooks, and only when they are retransformed. */
    void beginWithLoaders() {
        loadersAlone = true;
    }

    /** From now on all classes get hooks. */
    void goOnWithAll() {
        loadersAlone = false;
    }

    /** From now on classes get no hooks; it only keeps constants from adding up. */
    void end() {
        ends = true;
        loadersAlone = false;
    }

    /** The JVM does not take a loaded class with hooks, or another agent has made it what it may not become again. */
    void refused(Class<?> loaded, Throwable failure) {
        if (!ends && !cannotRun(failure)) {
            failed(loaded.getName(), failure);
        }
    }

    /**
     * A class that cannot be linked, for want of another one, does not run, nor does one whose initializer failed: for both
     * HotSpot says that the class is invalid.
     */
    private static boolean cannotRun(Throwable failure) {
        return failure instanceof NoClassDefFoundError
                || (failure instanceof InternalError
                        && "class redefinition failed: invalid class".equals(failure.getMessage()));
    }

    private void failed(String className, Throwable failure) {
        failed.incrementAndGet();
        firstFailure.compareAndSet(null, className + ": " + reason(failure));
    }

    private static String reason(Throwable failure) {
        if (failure instanceof MethodTooLargeException method) {
            return "with hooks, " + method.getMethodName() + method.getDescriptor() + " would be larger than 64 KB";
        }
        return failure instanceof ClassTooLargeException
                ? "with hooks, it would have more than 65,535 constants"
                : Failures.describe(failure);
    }

    /** The class with hooks; null if it has nothing to hook. */
    byte @Nullable [] instrument(@Nullable ClassLoader loader, String className, byte[] bytes) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes);
        long fingerprint = (checksum.getValue() << 24) ^ bytes.length;
        int cached = cache.find(className, fingerprint);
        return cached < 0
                ? ClassInstrumenter.instrument(className, loader, bytes, fingerprint, table, cache, form)
                : adopt(cached, loader);
    }

    private byte @Nullable [] adopt(int cached, @Nullable ClassLoader loader) {
        byte[] result = cache.classBytes(cached);
        if (result != null) {
            table.adopt(cached, loader);
        }
        return result;
    }

    /** Whether a loaded class may be one to instrument; quick and without its bytes. */
    boolean mayHook(Class<?> loaded) {
        ClassLoader loader = loaded.getClassLoader();
        if (loader == null) {
            // The key of the cache names the JVM, and with it what the JDK's classes contain.
            String name = loaded.getName().replace('.', '/');
            return !name.startsWith(BOOT_PACKAGE) && !name.startsWith(JFR_EVENTS) && !cache.isKnownWithoutHooks(name);
        }
        return !isOwn(loader, loaded.getName().replace('.', '/'));
    }

    private boolean isOwn(@Nullable ClassLoader loader, String className) {
        if (loader == null) {
            return className.startsWith(BOOT_PACKAGE);
        }
        return (ownLoaderIsPrivate && loader == ownLoader) || className.startsWith("io/tracemalloc/");
    }

    /** Classes with hooks so far. */
    int instrumented() {
        return instrumented.get();
    }

    /** Methods that hooks made too large to be compiled. */
    HugeMethods hugeMethods() {
        return hugeMethods;
    }

    /** Classes that could not be instrumented. */
    int failed() {
        return failed.get();
    }

    /** Why the first one could not; null if none failed. */
    @Nullable String firstFailure() {
        return firstFailure.get();
    }
}
