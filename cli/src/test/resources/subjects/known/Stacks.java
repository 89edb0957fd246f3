package known;

/** Allocates once in each of many stacks, and keeps nothing. */
public final class Stacks {

    static Object sink;

    private Stacks() {}

    public static void main(String[] args) {
        int depth = Integer.parseInt(args[0]);
        for (int way = 0; way < 1 << depth; way++) {
            below(way, depth);
        }
        System.out.println("stacks " + (1 << depth));
    }

    private static void below(int way, int depth) {
        if (depth == 0) {
            sink = new Stacks(); // allocates
        } else if ((way & 1) == 0) {
            // The same call on two lines: every way is a stack of its own.
            below(way >> 1, depth - 1);
        } else {
            below(way >> 1, depth - 1);
        }
    }
}
