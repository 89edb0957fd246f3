package known;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;

/** Lives from scalar replacement: complex numbers, iterators, optionals, pairs that never leave a method. */
public final class Scalar {

    private static final List<Integer> NUMBERS = new ArrayList<>(List.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10));

    private static boolean carried;

    private Scalar() {}

    record Complex(double re, double im) {
        Complex times(Complex other) {
            return new Complex(re * other.re - im * other.im, re * other.im + im * other.re);
        }

        Complex plus(Complex other) {
            return new Complex(re + other.re, im + other.im);
        }

        double norm() {
            return re * re + im * im;
        }
    }

    public static void main(String[] args) {
        carried = args[0].equals("carried");
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long kept = 0;
        long before = 0;
        for (int round = 0; round < 60; round++) {
            if (round == 40) {
                before = threads.getCurrentThreadAllocatedBytes();
            }
            kept += round(round);
        }
        System.out.println((threads.getCurrentThreadAllocatedBytes() - before) + " " + kept);
    }

    /** Allocates 10,000 arrays that stay on the heap, and millions of objects that need not be there. */
    private static long round(int seed) {
        long kept = 0;
        for (int i = 0; i < 10_000; i++) {
            byte[] block = new byte[64 + (i & 7)];
            kept += escapes(i + seed) + keep(block);
        }
        return kept;
    }

    private static byte[] last;

    private static int keep(byte[] block) {
        last = block;
        return block.length;
    }

    private static long escapes(int point) {
        return carried ? steps(point) : pairs(point) + walk(point);
    }

    /** The number that the loop carries is a new object in every turn: C2 keeps it on the heap, but for the first. */
    private static int steps(int point) {
        Complex c = new Complex(point % 100 / 50.0 - 1.5, point / 100 % 100 / 50.0 - 1);
        Complex z = new Complex(0, 0);
        int steps = 0;
        while (steps < 50 && z.norm() < 4) {
            z = z.times(z).plus(c);
            steps++;
        }
        return steps;
    }

    private static long pairs(int point) {
        double sum = 0;
        for (int i = 0; i < 50; i++) {
            Complex one = new Complex(point, i);
            Complex other = new Complex(i, 1);
            sum += one.times(other).plus(one).norm();
            Optional<Complex> some = Optional.of(other);
            sum += some.map(Complex::norm).orElse(0.0);
        }
        return (long) sum & 15;
    }

    private static long walk(int point) {
        long sum = 0;
        for (int number : NUMBERS) {
            int[] both = {number, point};
            IntSupplier sums = () -> both[0] + both[1];
            sum += sums.getAsInt();
        }
        return sum & 15;
    }
}
