package traced;

import java.util.function.Supplier;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;

/** Knows one class of its own and {@code java.*}, as the loaders of OSGi bundles and JBoss modules do. */
public final class IsolatedLoader extends ClassLoader {

    private static final String OWN = "made.Isolated";

    /** Without a parent. */
    public IsolatedLoader() {
        super(null);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        synchronized (getClassLoadingLock(name)) {
            Class<?> known = findLoadedClass(name);
            if (known != null) {
                return known;
            }
            if (name.startsWith("java.")) {
                return Class.forName(name, false, null);
            }
            if (!name.equals(OWN)) {
                throw new ClassNotFoundException(name + " is not in this module");
            }
            byte[] bytes = allocating();
            return defineClass(name, bytes, 0, bytes.length);
        }
    }

    /** An instance of its own class, whose {@code get} allocates. */
    @SuppressWarnings("unchecked") // That is how the class is made.
    public Supplier<Object> allocator() throws ReflectiveOperationException {
        return (Supplier<Object>) loadClass(OWN).getConstructor().newInstance();
    }

    private static byte[] allocating() {
        ClassWriter writer = new ClassWriter(0);
        writer.visit(Opcodes.V17, Opcodes.ACC_PUBLIC, OWN.replace('.', '/'), null, "java/lang/Object", new String[] {
            "java/util/function/Supplier"
        });
        MethodVisitor init = writer.visitMethod(Opcodes.ACC_PUBLIC, "<init>", "()V", null, null);
        init.visitCode();
        init.visitVarInsn(Opcodes.ALOAD, 0);
        init.visitMethodInsn(Opcodes.INVOKESPECIAL, "java/lang/Object", "<init>", "()V", false);
        init.visitInsn(Opcodes.RETURN);
        init.visitMaxs(1, 1);
        init.visitEnd();
        MethodVisitor get = writer.visitMethod(Opcodes.ACC_PUBLIC, "get", "()Ljava/lang/Object;", null, null);
        get.visitCode();
        get.visitInsn(Opcodes.ICONST_1);
        get.visitIntInsn(Opcodes.NEWARRAY, Opcodes.T_LONG);
        get.visitInsn(Opcodes.ARETURN);
        get.visitMaxs(1, 1);
        get.visitEnd();
        writer.visitEnd();
        return writer.toByteArray();
    }
}
