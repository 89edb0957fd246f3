package known;

import java.io.IOException;
import java.util.function.Supplier;

/** Loads a class again and again, as a server does that compiles a script for each request: {@code loads blocks}. */
public final class Reloaded {

    static volatile Object last;

    /** What is loaded: its methods have new ids each time. */
    public static final class Script implements Supplier<Object> {
        @Override
        public Object get() {
            return m0();
        }

        private Object m0() {
            return m1();
        }

        private Object m1() {
            return m2();
        }

        private Object m2() {
            return m3();
        }

        private Object m3() {
            return m4();
        }

        private Object m4() {
            return m5();
        }

        private Object m5() {
            return m6();
        }

        private Object m6() {
            return m7();
        }

        private Object m7() {
            return m8();
        }

        private Object m8() {
            return m9();
        }

        private Object m9() {
            return m10();
        }

        private Object m10() {
            return m11();
        }

        private Object m11() {
            return m12();
        }

        private Object m12() {
            return m13();
        }

        private Object m13() {
            return m14();
        }

        private Object m14() {
            return m15();
        }

        private Object m15() {
            return m16();
        }

        private Object m16() {
            return m17();
        }

        private Object m17() {
            return m18();
        }

        private Object m18() {
            return m19();
        }

        private Object m19() {
            return m20();
        }

        private Object m20() {
            return m21();
        }

        private Object m21() {
            return m22();
        }

        private Object m22() {
            return m23();
        }

        private Object m23() {
            return m24();
        }

        private Object m24() {
            return new byte[2000];
        }
    }

    private static final class Loader extends ClassLoader {
        private final byte[] file;

        Loader(byte[] file) {
            this.file = file;
        }

        Supplier<?> load() throws ReflectiveOperationException {
            Class<?> loaded = defineClass(Script.class.getName(), file, 0, file.length);
            return (Supplier<?>) loaded.getDeclaredConstructor().newInstance();
        }
    }

    public static void main(String[] arguments) throws IOException, ReflectiveOperationException {
        int loads = Integer.parseInt(arguments[0]);
        int blocks = Integer.parseInt(arguments[1]);
        byte[] file =
                Reloaded.class.getResourceAsStream("Reloaded$Script.class").readAllBytes();
        for (int i = 0; i < loads; i++) {
            Supplier<?> script = new Loader(file).load();
            for (int block = 0; block < blocks; block++) {
                last = script.get();
            }
        }
        System.out.println("loaded " + loads);
    }
}
