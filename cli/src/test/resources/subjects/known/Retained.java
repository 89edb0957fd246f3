package known;

/** Keeps many objects alive, of many stacks and sizes if it is asked to. */
public final class Retained {

    static Object[] kept;

    private Retained() {}

    public static void main(String[] args) {
        int n = Integer.parseInt(args[0]);
        boolean diverse = args.length > 1;
        kept = new Object[n];
        for (int i = 0; i < n; i++) {
            kept[i] = diverse ? diverse(i % 97, i) : new Kept(); // kept
        }
        System.gc();
        System.out.println("kept " + n);
    }

    /** A stack for each of many ways through two methods. */
    private static Object diverse(int bits, int size) {
        if (bits == 0) {
            return new byte[size % 5000];
        }
        return bits % 2 == 0 ? diverse(bits / 2, size) : other(bits / 2, size);
    }

    private static Object other(int bits, int size) {
        return diverse(bits, size);
    }

    static final class Kept {}
}
