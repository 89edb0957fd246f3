package measured;

import measured.programs.KeptObject;

/** Keeps a known number of objects alive besides much garbage, collects, and ends: the main class of forked JVMs. */
public final class Kept {

    /** How many objects of {@link #KEPT_CLASS} are alive in the end. */
    public static final long OBJECTS = 400_000;

    /** Of each of them, header included, where that has 12 bytes. */
    public static final long BYTES = 48;

    /** What is kept. */
    public static final String KEPT_CLASS = "measured.programs.KeptObject";

    /** To the end: they must be alive when the JVM ends. */
    private static final KeptObject[] ALL = new KeptObject[(int) OBJECTS];

    private Kept() {}

    /** Keeps and collects. */
    public static void main(String[] arguments) {
        for (int turn = 0; turn < 20; turn++) {
            for (int i = turn; i < ALL.length; i += 20) {
                ALL[i] = make(i);
                for (int garbage = 0; garbage < 5; garbage++) {
                    KeptObject.garbage = make(garbage);
                }
            }
            System.gc();
        }
        if (ALL[ALL.length - 1].number != ALL.length - 1) {
            throw new IllegalStateException("lost");
        }
        System.gc();
    }

    /* One site for both: what is kept cannot be told by its line. */
    private static KeptObject make(long number) {
        return new KeptObject(number);
    }
}
