package known;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.security.ProtectionDomain;

/** An agent that gives a method another name as its class is loaded, but not when that is retransformed. */
public final class Renamed {

    public static void premain(String arguments, Instrumentation instrumentation) {
        instrumentation.addTransformer(
                new ClassFileTransformer() {
                    @Override
                    public byte[] transform(
                            ClassLoader loader, String name, Class<?> again, ProtectionDomain domain, byte[] bytes) {
                        return again == null && name.equals("known/Renamed$Changed")
                                ? new String(bytes, ISO_8859_1)
                                        .replace("before", "behind")
                                        .getBytes(ISO_8859_1)
                                : null;
                    }
                },
                true);
        Changed.allocate();
    }

    static final class Changed {

        static void before() {}

        static Object allocate() {
            return new byte[100];
        }
    }

    public static void main(String[] arguments) {
        Changed.allocate();
        System.out.println("done");
    }
}
