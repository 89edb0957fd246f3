package traced;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;

/** What the tests trace: it lives outside the packages that the agent ignores. */
public final class Work {

    /** The file that frames name. */
    public static final String FILE = "traced/Work.java";

    /** Keeps what was allocated last. */
    public static volatile Object sink = "";

    private Work() {}

    /** A block of its own class. */
    public static final class Block {
        /** Read by nobody. */
        public long number;
    }

    /** A service of 56 bytes; the boot loader, whose ServiceLoader makes it, does not find its class. */
    public static final class Service implements Runnable {
        /** Read by nobody. */
        public long first, second, third, fourth, fifth;

        @Override
        public void run() {}
    }

    /** A block that is copied. */
    public static final class Copied implements Cloneable {
        /** Read by nobody. */
        public long number;

        private Object copy() {
            try {
                return clone();
            } catch (CloneNotSupportedException impossible) {
                throw new AssertionError(impossible);
            }
        }
    }

    /** So many copies of one block, kept by the caller. */
    public static List<Object> copies(int count) {
        List<Object> kept = new ArrayList<>(count);
        Copied first = new Copied();
        for (int i = 0; i < count; i++) {
            kept.add(first.copy());
        }
        return kept;
    }

    /** So many blocks, kept by the caller. */
    public static List<Object> blocks(int count) {
        List<Object> kept = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            kept.add(new Block());
        }
        return kept;
    }

    /** A class of which each form of hooks asks for other numbers. */
    public static final class Described {

        /** So many blocks, kept by the caller, and a text for each. */
        @SuppressWarnings("UnnecessaryStringBuilder") // What javac makes of + for Java 8.
        public static List<Object> blocks(int count) {
            List<Object> kept = new ArrayList<>(2 * count);
            for (int i = 0; i < count; i++) {
                kept.add(new StringBuilder().append("block ").append(i).toString());
                kept.add(new Block());
            }
            return kept;
        }

        private Described() {}
    }

    /** One array, bigger than anything else. */
    public static byte[] biggest() {
        return allocate(20_000_000);
    }

    /** Small arrays, made where {@link #biggest()} makes its own. */
    public static void smallArrays(int count) {
        for (int i = 0; i < count; i++) {
            sink = allocate(100);
        }
    }

    private static byte[] allocate(int length) {
        return new byte[length];
    }

    /** A block, below one of 2<sup>depth</sup> stacks. */
    public static Object below(int stack, int depth) {
        if (depth == 0) {
            return new Block();
        }
        if ((stack & 1) == 0) {
            return below(stack >> 1, depth - 1);
        }
        return below(stack >> 1, depth - 1);
    }

    /** A bit of every kind; returns a number that proves that all of it worked. */
    public static long everything(int seed) throws ReflectiveOperationException {
        long sum = 0;
        for (int i = 0; i < 1_000; i++) {
            int captured = i + seed;
            IntSupplier lambda = () -> captured;
            String text = "text " + captured;
            Object made = Block.class.getDeclaredConstructor().newInstance();
            int[][] nested = new int[3][4];
            int[] copy = nested[1].clone();
            Object[] objects = Arrays.copyOf(new Object[] {text, made}, 3);
            Map<String, Integer> map = new HashMap<>();
            map.put(text, captured);
            sink = objects;
            sum += lambda.getAsInt() + text.length() + copy.length + objects.length + map.get(text);
        }
        return sum;
    }
}
