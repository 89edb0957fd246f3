package known;

import java.util.ArrayList;
import java.util.List;

/** Class initialisers that end the program, fail, allocate, and make objects of a class before it is ready. */
public final class Initializers {

    private Initializers() {}

    static final class Ends {
        int x;

        static {
            System.out.println("ends");
            System.exit(3);
        }
    }

    static final class Fails {
        int x;

        static {
            fail();
        }

        static void fail() {
            throw new IllegalStateException("boom");
        }
    }

    static final class Allocates {
        static final List<Object> KEPT = new ArrayList<>();
        int x;

        static {
            for (int i = 0; i < 10_000; i++) {
                KEPT.add(new Object()); // allocated
            }
            for (StackTraceElement element : new Throwable().getStackTrace()) {
                System.out.println("from " + element);
            }
        }
    }

    static final class OfItself {
        static final List<OfItself> ALL = new ArrayList<>();
        long first;
        long second;
        byte third;

        static {
            for (int i = 0; i < 1_000; i++) {
                ALL.add(new OfItself()); // unready
            }
            if (Boolean.getBoolean("end")) {
                System.exit(0);
            }
        }
    }

    public static void main(String[] args) {
        for (String arg : args) {
            switch (arg) {
                case "ends" -> new Ends();
                case "fails" -> {
                    fails();
                    fails();
                }
                case "allocates" -> new Allocates();
                default -> System.out.println(OfItself.ALL.size());
            }
        }
    }

    private static void fails() {
        try {
            new Fails();
        } catch (LinkageError error) {
            System.out.println(error.getClass() + " " + error.getCause());
        }
    }
}
