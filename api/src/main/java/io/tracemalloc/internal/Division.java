package io.tracemalloc.internal;

/**
 * Divides an exact total in proportion to weights, in whole numbers that add up to it. Each part is the least at least,
 * as long as there is so much. For one thread.
 */
public final class Division {

    /** Bytes of the smallest block that a heap has. */
    public static final long SMALLEST_BLOCK = 16;

    private final long least;
    private long open;
    private double weightLeft;
    private int partsLeft;

    /**
     * Begins.
     *
     * @param total what to divide
     * @param weights the sum of all weights
     * @param parts how many weights follow, one {@link #next} for each
     * @param least what no part should fall below
     */
    public Division(long total, double weights, int parts, long least) {
        this.open = total;
        this.weightLeft = weights;
        this.partsLeft = parts;
        this.least = least;
    }

    /** The next part. Each takes its share of what is open, so that the last one takes the rest. */
    public long next(double weight) {
        partsLeft--;
        long share = partsLeft == 0 || weightLeft <= 0 ? open : Math.round(open * (weight / weightLeft));
        long part = Math.max(Math.min(open, least), Math.min(share, open - partsLeft * least));
        weightLeft -= weight;
        open -= part;
        return part;
    }
}
