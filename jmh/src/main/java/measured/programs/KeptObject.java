package measured.programs;

/** An object of 48 bytes where headers have 12, of 40 where they have 8. */
public final class KeptObject {

    /** Takes what is not kept. */
    public static volatile KeptObject garbage = new KeptObject(0);

    /** Its number. */
    public final long number;

    /* Fills the object up. */
    private long second;
    private long third;
    private long fourth;

    /** With this number. */
    public KeptObject(long number) {
        this.number = number;
        this.second = number;
        this.third = number;
        this.fourth = number;
    }

    /** All that it holds. */
    public long sum() {
        return number + second + third + fourth;
    }
}
