package known;

import java.io.InputStream;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.security.ProtectionDomain;

/** An agent that looks at each class and changes none, and a program that defines the same class many times. */
public final class Observed {

    private static long seenBytes;

    public static void premain(String arguments, Instrumentation instrumentation) {
        instrumentation.addTransformer(new ClassFileTransformer() {
            @Override
            public byte[] transform(
                    ClassLoader loader, String name, Class<?> again, ProtectionDomain domain, byte[] bytes) {
                if (loader instanceof Definer) {
                    seenBytes += 16 + ((bytes.length + 7) & ~7);
                }
                return null;
            }
        });
    }

    /** Prints how many bytes the heap got for the agent's copies. */
    public static void main(String[] arguments) throws Exception {
        Thread.sleep(4_000);
        byte[] bytes;
        try (InputStream in = Observed.class.getResourceAsStream("Observed.class")) {
            bytes = in.readAllBytes();
        }
        for (int i = Integer.parseInt(arguments[0]); i > 0; i--) {
            new Definer().define(bytes);
        }
        System.out.println(seenBytes);
    }

    private static final class Definer extends ClassLoader {

        Class<?> define(byte[] bytes) {
            return defineClass("known.Observed", bytes, 0, bytes.length);
        }
    }
}
