package io.tracemalloc.capture.bytebuddy;

import java.util.Iterator;
import java.util.List;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import net.bytebuddy.utility.OpenedClassReader;
import org.jspecify.annotations.Nullable;

/** Rewrites one class so that each of its allocations is counted. */
final class ClassInstrumenter extends ClassVisitor {

    private final SiteTable table;
    private final SiteTable.Numbers numbers;
    private final Iterator<Survey.Method> methods;
    private final @Nullable Location elsewhere;
    private final HookForm form;
    private String className = "";
    private boolean hasFrames;

    private ClassInstrumenter(
            ClassVisitor next,
            SiteTable table,
            SiteTable.Numbers numbers,
            Survey survey,
            @Nullable Location elsewhere,
            HookForm form) {
        super(Opcodes.ASM9, next);
        this.table = table;
        this.numbers = numbers;
        this.methods = survey.methods().iterator();
        this.elsewhere = elsewhere;
        this.form = form;
    }

    /**
     * The class with hooks.
     *
     * @param checksum of the bytes, by which the class is recognised when it comes again
     * @return null if it allocates nothing, or has hooks already
     * @throws RuntimeException if the bytes cannot be read, or a method becomes too large
     */
    static byte @Nullable [] instrument(
            String internalName,
            @Nullable ClassLoader loader,
            byte[] original,
            long checksum,
            SiteTable table,
            TransformCache cache,
            HookForm form) {
        ClassReader reader = reader(original);
        Survey survey = new Survey(table.callers(internalName));
        reader.accept(survey, ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
        // The numbers in hooks that are there already are those of this JVM.
        TransformCache kept = survey.anyHasHooks() ? TransformCache.none() : cache;
        if (!survey.anyHooked()) {
            kept.add(internalName, checksum, null, null, List.of());
            return null;
        }
        String source = sourceFile(reader);
        SiteTable.Numbers numbers = table.numbers(new ClassSites(internalName, source, loader), checksum, form);
        numbers.owner.loadedBy(loader);
        ClassWriter writer = new ClassWriter(ConstantPool.repeatsNaN(reader) ? null : reader, 0);
        reader.accept(new ClassInstrumenter(writer, table, numbers, survey, null, form), 0);
        byte[] instrumented = writer.toByteArray();
        table.keep(numbers, checksum, form);
        kept.add(internalName, checksum, source, instrumented, numbers.meaning());
        return instrumented;
    }

    /**
     * A hidden class with hooks; not cached, as it is made anew in each run.
     *
     * @param site where its allocations are told to happen; null for its own lines
     * @return the original bytes if it allocates nothing
     */
    static byte[] instrumentHidden(
            String internalName,
            @Nullable ClassLoader loader,
            byte[] original,
            @Nullable Location site,
            SiteTable table,
            HookForm form) {
        ClassReader reader = reader(original);
        Survey survey = new Survey(table.callers(internalName));
        reader.accept(survey, ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
        if (!survey.anyHooked()) {
            return original;
        }
        SiteTable.Numbers numbers =
                table.fresh(site != null ? site.owner() : new ClassSites(internalName, sourceFile(reader), loader));
        ClassWriter writer = new ClassWriter(reader, 0);
        reader.accept(new ClassInstrumenter(writer, table, numbers, survey, site, form), 0);
        return writer.toByteArray();
    }

    /** Byte Buddy's way around the newest class files takes a while to load, and is needed for those only. */
    static ClassReader reader(byte[] original) {
        int major = ((original[6] & 0xFF) << 8) | (original[7] & 0xFF);
        return major <= Opcodes.V25 ? new ClassReader(original) : OpenedClassReader.of(original);
    }

    /** The survey skips everything that is there for debuggers; this reads the one line of it that is needed. */
    private static @Nullable String sourceFile(ClassReader reader) {
        String[] file = new String[1];
        reader.accept(
                new ClassVisitor(Opcodes.ASM9) {
                    @Override
                    public void visitSource(@Nullable String source, @Nullable String debug) {
                        file[0] = source;
                    }
                },
                ClassReader.SKIP_CODE | ClassReader.SKIP_FRAMES);
        return file[0];
    }

    @Override
    public void visit(
            int version,
            int access,
            String name,
            @Nullable String signature,
            @Nullable String superName,
            String @Nullable [] interfaces) {
        className = name;
        hasFrames = (version & 0xFFFF) >= Opcodes.V1_6;
        super.visit(version, access, name, signature, superName, interfaces);
    }

    @Override
    public MethodVisitor visitMethod(
            int access, String name, String descriptor, @Nullable String signature, String @Nullable [] exceptions) {
        MethodVisitor next = super.visitMethod(access, name, descriptor, signature, exceptions);
        Survey.Method method = methods.next();
        if (Hooks.announcesArrays(className, name, descriptor)) {
            return new ArrayAnnouncer(next);
        }
        return method.hooked()
                ? new MethodInstrumenter(
                        next,
                        table,
                        numbers,
                        className,
                        name,
                        descriptor,
                        (access & Opcodes.ACC_STATIC) != 0,
                        hasFrames,
                        method.maxLocals(),
                        elsewhere,
                        form)
                : next;
    }
}
